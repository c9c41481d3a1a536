import { lstatSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inFolder, python } from "./python.ts";

const TIME = 315_532_800;
const timeOf = (path: string): number => lstatSync(path).mtimeMs / 1000;

test("everything in a folder with links gets one time, and a link is never followed", () =>
  inFolder(async (folder) => {
    const outside = join(folder, "outside");
    writeFileSync(outside, "1");
    const before = timeOf(outside);
    const top = join(folder, "top");
    mkdirSync(join(top, "d ü/e"), { recursive: true });
    writeFileSync(join(top, "d ü/e/file"), "1");
    // The names are those of a path and of an option.
    const links = { "d ü/up": "..", "d ü/e/--help": "nowhere", loop: "loop", away: outside };
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(top, name));

    expect(await python("set_times.py", top, String(TIME))).toEqual({ code: 0, stdout: "4\n", stderr: "" });
    const all = ["", "d ü", "d ü/e", "d ü/e/file", ...Object.keys(links)];
    expect(all.map((path) => [path, timeOf(join(top, path))])).toEqual(all.map((path) => [path, TIME]));
    expect(timeOf(outside)).toBe(before);
    expect(readlinkSync(join(top, "d ü/e/--help"))).toBe("nowhere");
  }));

test("a folder without a link is left as it is", () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, "file"), "1");
    const before = [timeOf(folder), timeOf(join(folder, "file"))];
    expect(await python("set_times.py", folder, String(TIME))).toEqual({ code: 0, stdout: "0\n", stderr: "" });
    expect([timeOf(folder), timeOf(join(folder, "file"))]).toEqual(before);
  }));
