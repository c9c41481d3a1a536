import { crc32, inflateRawSync } from "node:zlib";

/** A file of a zip archive. */
export interface ZipEntry {
  readonly path: string;
  content(): Buffer;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
/** The end of an archive without its comment. */
const endLength = 22;
const entryLength = 46;
const localLength = 30;
const stored = 0;
const deflated = 8;

/**
 * Lists the files of a zip archive in their order, without folders. Neither encryption nor archives of more than 4 GB
 * are known here.
 * | @throws Error for what is no such archive
 */
export function readZip(archive: Buffer): readonly ZipEntry[] {
  const end = archive.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  if (end < 0 || end + endLength > archive.length || archive.readUInt32LE(end) !== endSignature)
    throw new Error("The file is no zip archive");
  const count = archive.readUInt16LE(end + 10);
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    if (archive.readUInt32LE(at) !== entrySignature) throw new Error("The list of the zip archive's files is broken");
    const header = archive.subarray(at, at + entryLength);
    const nameEnd = at + entryLength + header.readUInt16LE(28);
    const path = archive.toString("utf8", at + entryLength, nameEnd);
    if (!path.endsWith("/")) entries.push({ path, content: () => contentOf(archive, header, path) });
    at = nameEnd + header.readUInt16LE(30) + header.readUInt16LE(32);
  }
  return entries;
}

function contentOf(archive: Buffer, header: Buffer, path: string): Buffer {
  const method = header.readUInt16LE(10);
  const local = header.readUInt32LE(42);
  if (archive.readUInt32LE(local) !== localSignature) throw new Error(`${path} of the zip archive is broken`);
  const start = local + localLength + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const bytes = archive.subarray(start, start + header.readUInt32LE(20));
  if (method !== stored && method !== deflated)
    throw new Error(`${path} of the zip archive is packed by method ${method}`);
  const content = method === stored ? bytes : inflateRawSync(bytes);
  if (crc32(content) !== header.readUInt32LE(16)) throw new Error(`${path} of the zip archive is broken`);
  return content;
}
