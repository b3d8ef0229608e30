/** JPEG files as the decoder takes them: some programs leave out the mark at the end, and nothing is missing. */

const endMark = Buffer.from([0xff, 0xd9]);
/** What follows the end in files of cameras and mail programs may hold a mark of its own: any will do. */
const tailBytes = 64 * 1024;

/** Whether there is no mark of the end where it would be. */
export function lacksEnd(bytes: Buffer): boolean {
  return !bytes.subarray(Math.max(0, bytes.length - tailBytes)).includes(endMark);
}

/** The same picture with its end. Whether it is whole is known only when its pixels are read, with every warning. */
export function withEnd(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, endMark]);
}
