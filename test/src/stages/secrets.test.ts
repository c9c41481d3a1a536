import { describe, expect, test } from "vitest";
import { pointersText, searchedFiles, secretsText, unreadWarnings } from "../../../src/stages/secrets.ts";

const finding = (path: string, line = 1, inside = "") => ({ path, inside, line, kind: "a GitHub token" });
const NOTHING = { files: 1, bytes: 1, findings: [], packed: [], unread: [], pointers: [] };

describe("what is told of secrets", () => {
  test("has file, line and kind, and the ways out", () => {
    expect(secretsText([finding("src/a.py", 3), finding("src/a.py", 9)], "Keep it out")).toBe(
      "what looks like a secret would get into the image: src/a.py line 3 (a GitHub token), src/a.py line 9 (a GitHub token). " +
        'Keep it out, or, where it is no secret, allow it: image.allow-secrets = ["src/a.py"]',
    );
  });

  test("has no line in binary content, and the path within an archive", () => {
    const text = secretsText([finding("models/m.pt", 0), finding("a.zip", 2, "conf/.env")], "Keep it out");
    expect(text).toContain("models/m.pt (a GitHub token), a.zip, in it conf/.env, line 2 (a GitHub token).");
    expect(text).toContain('image.allow-secrets = ["models/m.pt","a.zip"]');
  });

  test("is the first of many, and how many more there are", () => {
    const text = secretsText(
      Array.from({ length: 14 }, (_, index) => finding(`f${index}`)),
      "Keep it out",
    );
    expect(text).toContain("f9 line 1 (a GitHub token) and 4 more.");
    expect(text).toContain('image.allow-secrets = ["f0","f1","f2"]');
  });
});

describe("files that were searched", () => {
  test("are named as in the image, and those that are allowed are none", () => {
    const scan = { ...NOTHING, findings: [finding("m.pkl", 0), finding("vocab.json")], pointers: ["w.bin"] };
    const found = searchedFiles(
      scan,
      ["keys/.netrc", "known.pem"],
      ["models/vocab.json", "models/known.pem"],
      "models/",
    );
    expect(found.secrets.map(({ path, kind }) => [path, kind])).toEqual([
      ["models/keys/.netrc", "a file of secrets by its name"],
      ["models/m.pkl", "a GitHub token"],
    ]);
    expect(found.pointers).toEqual(["models/w.bin"]);
  });

  test("in archives are secrets by their names where these cannot mean anything else", () => {
    const packed = ["x/.env", "certifi/cacert.pem", ".env.example", "home/.aws/credentials", "a.py"].map((inside) => ({
      path: "a.zip",
      inside,
    }));
    const { secrets } = searchedFiles({ ...NOTHING, packed }, [], [], "");
    expect(secrets.map(({ inside }) => inside)).toEqual(["x/.env", "home/.aws/credentials"]);
  });

  test("that could not be looked into are a warning, unless they are allowed", () => {
    const unread = [
      { path: "a.zst", why: "is packed by zstd" },
      { path: "b.7z", why: "is packed by 7-Zip" },
    ];
    expect(unreadWarnings(searchedFiles({ ...NOTHING, unread }, [], ["b.7z"], ""))).toEqual([
      "not looked into for secrets: a.zst is packed by zstd (image.allow-secrets takes it as it is)",
    ]);
    expect(unreadWarnings(searchedFiles(NOTHING, [], [], ""))).toEqual([]);
  });
});

test("pointers of Git LFS are told with what to do", () => {
  expect(pointersText(["models/a"])).toMatch(/^models\/a: a pointer of Git LFS, .*git lfs pull/);
  expect(pointersText(["a", "b", "c", "d"])).toMatch(/^a, b, c and 1 more: each a pointer of Git LFS/);
});
