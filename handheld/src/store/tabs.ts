// Owns what the tabs of one phone tell each other: that something changed, or why it was wiped. Nothing about anybody.

const channel = new BroadcastChannel("gridward-handheld");

export const tell = (said: string): void => channel.postMessage(said);
export const hear = (act: (said: string) => void): void => {
  channel.onmessage = (event: MessageEvent<unknown>) => { if (typeof event.data === "string") act(event.data); };
};
