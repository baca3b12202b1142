// Owns photos before they are kept: made small, made unreadable where a finger says so, packed. Drawn anew on a canvas, a
// photo says no more where, when and with what it was taken.

export const MOST_PIXELS = 1280;
const MOST_BYTES = 150 * 1024;
const QUALITIES = [0.8, 0.65, 0.5, 0.4];
/** A patch is this many blocks wide at most: no face and no line of print can be made out of them. */
const BLOCKS = 8;

export interface Box { x: number; y: number; width: number; height: number }
/** What stood where something was blurred. */
export interface Patch { x: number; y: number; before: ImageData }

const pen = (canvas: HTMLCanvasElement): CanvasRenderingContext2D => canvas.getContext("2d", { willReadFrequently: true })!;

/** Give a canvas's memory back at once: browsers of phones have little for canvases, and collect them late. */
export const release = (canvas: HTMLCanvasElement): void => { canvas.width = canvas.height = 0; };

/** Draw a photo on a canvas, its longer side `most` pixels at most. */
export async function draw(canvas: HTMLCanvasElement, photo: Blob, most: number): Promise<void> {
  const bitmap = await createImageBitmap(photo);
  const scale = Math.min(1, most / Math.max(bitmap.width, bitmap.height));
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  pen(canvas).imageSmoothingQuality = "high";
  pen(canvas).drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
}

/** Make a part of the photo unreadable; returns what stood there, to be put back. */
export function blur(canvas: HTMLCanvasElement, box: Box): Patch | null {
  const x = Math.max(0, Math.floor(box.x));
  const y = Math.max(0, Math.floor(box.y));
  const width = Math.min(canvas.width, Math.ceil(box.x + box.width)) - x;
  const height = Math.min(canvas.height, Math.ceil(box.y + box.height)) - y;
  if (width < 1 || height < 1) return null;
  const before = pen(canvas).getImageData(x, y, width, height);
  const block = Math.max(12, Math.ceil(Math.max(width, height) / BLOCKS));
  for (let top = 0; top < height; top += block) {
    for (let left = 0; left < width; left += block) {
      pen(canvas).fillStyle = mean(before, left, top, block);
      pen(canvas).fillRect(x + left, y + top, Math.min(block, width - left), Math.min(block, height - top));
    }
  }
  return { x, y, before };
}

function mean({ data, width, height }: ImageData, left: number, top: number, block: number): string {
  const sum = [0, 0, 0];
  let count = 0;
  for (let row = top; row < Math.min(top + block, height); row += 1) {
    for (let column = left; column < Math.min(left + block, width); column += 1) {
      const at = (row * width + column) * 4;
      for (const part of [0, 1, 2]) sum[part]! += data[at + part]!;
      count += 1;
    }
  }
  return `rgb(${sum.map((one) => Math.round(one / count)).join(" ")})`;
}

export const unblur = (canvas: HTMLCanvasElement, patch: Patch): void => pen(canvas).putImageData(patch.before, patch.x, patch.y);

const asJpeg = (canvas: HTMLCanvasElement, quality: number): Promise<Blob> =>
  new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("photo"))), "image/jpeg", quality));

/** Return the photo as a JPEG that a slow network carries: a lower quality first, then fewer pixels. */
export async function pack(canvas: HTMLCanvasElement): Promise<Uint8Array<ArrayBuffer>> {
  let drawn = canvas;
  for (;;) {
    for (const quality of QUALITIES) {
      const packed = await asJpeg(drawn, quality);
      if (packed.size > MOST_BYTES) continue;
      if (drawn !== canvas) release(drawn);
      return new Uint8Array(await packed.arrayBuffer());
    }
    const smaller = document.createElement("canvas");
    smaller.width = Math.round(drawn.width * 0.75);
    smaller.height = Math.round(drawn.height * 0.75);
    pen(smaller).drawImage(drawn, 0, 0, smaller.width, smaller.height);
    if (drawn !== canvas) release(drawn);
    drawn = smaller;
  }
}
