import { crc32, deflateRawSync } from "node:zlib";
import { expect, it } from "vitest";
import { readZip } from "../../../../local/images/cpython/zip.ts";

/** Writes an archive with the files, packed or not, as the format has them. */
function zipOf(files: readonly (readonly [path: string, text: string, packed: boolean])[]): Buffer {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const [path, text, packed] of files) {
    const content = packed ? deflateRawSync(text) : Buffer.from(text);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(Buffer.byteLength(path), 26);
    // Extra fields of the two headers may differ.
    local.writeUInt16LE(4, 28);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(packed ? 8 : 0, 10);
    entry.writeUInt32LE(crc32(text), 16);
    entry.writeUInt32LE(content.length, 20);
    entry.writeUInt16LE(Buffer.byteLength(path), 28);
    entry.writeUInt32LE(at, 42);
    const whole = Buffer.concat([local, Buffer.from(path), Buffer.alloc(4), content]);
    parts.push(whole);
    list.push(entry, Buffer.from(path));
    at += whole.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...list, end]);
}

it("gives the files in their order, packed or not, without folders", () => {
  const archive = zipOf([
    ["a/", "", false],
    ["a/é.txt", "text ".repeat(100), true],
    ["b", "as it is", false],
  ]);
  expect(readZip(archive).map(({ path, content }) => [path, content().toString()])).toEqual([
    ["a/é.txt", "text ".repeat(100)],
    ["b", "as it is"],
  ]);
});

it("refuses what is no archive, and a file that was changed", () => {
  expect(() => readZip(Buffer.from("<html>"))).toThrow("no zip archive");
  const archive = zipOf([["b", "as it is", false]]);
  archive.write("at", archive.indexOf("as it is"));
  expect(() => readZip(archive)[0]?.content()).toThrow("b of the zip archive is broken");
});
