// Owns how the fields of a form are called on the page, so that labels, hints and problems are tied to them.

export const idOf = (node: { nodeId: string }): string => node.nodeId.replace(/\W/g, "-");
