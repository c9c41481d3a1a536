import { expect, it } from "vitest";
import { builtFor, placeOf, relocate } from "../../../../local/images/cpython/place.ts";

const root = "org/bytedeco/cpython/linux-x86_64";

it.each([
  ["bin/python3.12", "bin/python3.12", 0o755],
  ["bin/pip3.12", "bin/pip3.12", 0o755],
  ["libpython3.12.so.1.0", "lib/libpython3.12.so.1.0", 0o755],
  ["libffi.so.7", "lib/python3.12/lib-dynload/libffi.so.7", 0o755],
  ["lib/python3.12/ssl.py", "lib/python3.12/ssl.py", 0o644],
  ["lib/python3.12/lib-dynload/_ssl.so", "lib/python3.12/lib-dynload/_ssl.so", 0o644],
  ["include/python3.12/Python.h", "include/python3.12/Python.h", 0o644],
  ["lib/pkgconfig/python-3.12.pc", "lib/pkgconfig/python-3.12.pc", 0o644],
])("%s goes to %s", (entry, path, mode) => {
  expect(placeOf(`${root}/${entry}`, "3.12")).toEqual({ path, mode });
});

it.each([
  "bin/2to3",
  "bin/python3",
  "libffi.so",
  "libjnipython.so",
  "python3.12",
  "lib/pkgconfig/openssl.pc",
  "lib/python3.12/test/test_ssl.py",
  "lib/python3.12/sqlite3/test/dbapi.py",
  "lib/python3.12/distutils/tests/test_core.py",
  "lib/python3.12/idlelib/run.py",
  "lib/python3.12/config-3.12-x86_64-linux-gnu/python.o",
  "lib/python3.12/lib-dynload/_testcapi.cpython-312-x86_64-linux-gnu.so",
])("%s is left out", (entry) => {
  expect(placeOf(`${root}/${entry}`, "3.12")).toBeUndefined();
});

it("leaves out what is not of its root, whatever its name", () => {
  expect(placeOf("META-INF/MANIFEST.MF", "3.12")).toBeUndefined();
  expect(placeOf("../../etc/passwd", "3.12")).toBeUndefined();
});

it("finds the folder that it was built for", () => {
  expect(builtFor(" 'platlibdir': 'lib',\n 'prefix': '/home/build/there',\n")).toBe("/home/build/there");
  expect(() => builtFor("")).toThrow("which folder");
});

it("replaces that folder in scripts by a shorter one", () => {
  const script = Buffer.from("#!/home/build/there/bin/python3.12\nprefix=/home/build/there é\n");
  expect(relocate(script, "/home/build/there").toString()).toBe("#!/usr/local/bin/python3.12\nprefix=/usr/local é\n");
});

it("replaces it in programs without moving what follows", () => {
  const program = Buffer.from("\x7fELF/home/build/there/ssl\0next\0/home/build/there\0\0end", "latin1");
  const moved = relocate(program, "/home/build/there");
  expect(moved).toHaveLength(program.length);
  expect(moved.indexOf("next")).toBe(program.indexOf("next"));
  expect(
    moved
      .toString("latin1")
      .split("\0")
      .filter((text) => text !== ""),
  ).toEqual(["\x7fELF/usr/local/ssl", "next", "/usr/local", "end"]);
});

it("leaves a file without it as it is", () => {
  const content = Buffer.from("nothing");
  expect(relocate(content, "/home/build/there")).toBe(content);
});
