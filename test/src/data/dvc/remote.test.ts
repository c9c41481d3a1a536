import { describe, expect, test } from "vitest";
import { type Pull, pullFailure, remoteFolders, remoteText } from "../../../../src/data/dvc/remote.ts";

const missing = {
  file: "data/a.csv.dvc",
  path: "data/a.csv",
  expected: "a".repeat(32),
  state: "missing",
  actual: "",
  detail: "",
} as const;

const pull = (kind: Pull["kind"], detail = ""): Pull => ({ kind, detail, remote: "store", url: "s3://bucket/data" });

describe("the failure of a pull", () => {
  test("is empty after a successful pull", () => {
    expect(pullFailure(pull("pulled"), [missing])).toBe("");
  });

  test.each<[Pull["kind"], RegExp]>([
    ["no-remote", /dvc remote add/],
    ["config", /Correct \.dvc\/config/],
    ["scheme", /dvc pull/],
    ["damaged", /dvc push/],
    ["no-folder", /--dvc-storage=PATH/],
    ["unreachable", /network/],
    ["denied", /--aws-credentials/],
    ["not-found", /url in \.dvc\/config/],
    ["absent", /aaaa\) is not in remote "store" \(s3:\/\/bucket\/data\)\. Push it/],
    ["other", /from remote "store"/],
  ])("%s says what, and what to do, in one line", (kind, advice) => {
    const text = pullFailure(pull(kind, "words of DVC"), [missing]);
    expect(text).toMatch(/^data\/a\.csv /);
    expect(text).toMatch(advice);
    expect(text).not.toContain("\n");
  });

  test("does not show a password in a URL", () => {
    const url = "https://someone:s3cret@example.com/store";
    expect(remoteText({ remote: "web", url })).toBe('remote "web" (https://example.com/store)');
    const text = pullFailure({ kind: "unreachable", detail: `no answer from ${url}`, remote: "web", url }, [missing]);
    expect(text).not.toContain("s3cret");
  });
});

describe("folders of the project that are remotes", () => {
  test.each([
    ["../store", ["store"]],
    ['"../a b"', ["a b"]],
    ["inside", [".dvc/inside"]],
    ["../../outside", []],
    ["..", []],
    ["/mnt/store", []],
    ["~/store", []],
    ["s3://bucket/x", []],
    ["ssh://host/x", []],
    ["http://host/x", []],
  ])("%s", (url, folders) => {
    expect(remoteFolders(`[core]\n    remote = a\n['remote "a"']\n    url = ${url}\n`)).toEqual(folders);
  });

  test("all of several remotes are found", () => {
    expect(remoteFolders("url = ../a\nurl=../b/\nendpointurl = ../c\n")).toEqual(["a", "b/"]);
    expect(remoteFolders("")).toEqual([]);
  });
});
