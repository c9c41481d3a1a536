import { expect, test } from "vitest";
import { leftOutText, secretsText } from "../../../src/stages/scan-secrets.ts";

const finding = (path: string, line = 1) => ({ path, line, kind: "a GitHub token" });

test("a finding names file, line and kind, and the ways out", () => {
  expect(secretsText([finding("src/a.py", 3), finding("src/a.py", 9)])).toBe(
    "what looks like a secret would get into the image: src/a.py line 3 (a GitHub token), src/a.py line 9 (a GitHub token). " +
      "Take it out and give it to the service as a variable, keep the file out by .dockerignore, " +
      'or, where it is no secret, allow it: image.allow-secrets = ["src/a.py"]',
  );
});

test("of many findings the first are told, and how many more there are", () => {
  const text = secretsText(Array.from({ length: 14 }, (_, index) => finding(`f${index}`)));
  expect(text).toContain("f9 line 1 (a GitHub token) and 4 more.");
  expect(text).toContain('image.allow-secrets = ["f0","f1","f2"]');
});

test.each([
  [{ secret: [], ".gitignore": [], ".dockerignore": [] }, ""],
  [{ secret: [".env"], ".gitignore": [], ".dockerignore": [] }, "1 file of secrets (.env)"],
  [
    { secret: [], ".gitignore": ["a", "b", "c", "d", "src/e.py"], ".dockerignore": ["x"] },
    "5 files named by .gitignore (src/e.py, a, b and 2 more), 1 file named by .dockerignore (x)",
  ],
])("what is left out is counted, with code first", (leftOut, text) => {
  expect(leftOutText(leftOut)).toBe(text);
});
