import { describe, expect, test } from "vitest";
import { dockerMatcher } from "../../../src/project/ignore/docker.ts";
import { exactPattern, ignoredByGit, type Selection, selectFiles } from "../../../src/project/left-out.ts";
import { isSecretFile } from "../../../src/project/secret-files.ts";

interface Given {
  readonly git?: Readonly<Record<string, string>>;
  readonly docker?: string;
  readonly include?: string[];
  readonly allow?: string[];
  readonly root?: string;
}

const select = (
  listing: readonly string[],
  { git = {}, docker, include = [], allow = [], root = "" }: Given,
): Selection =>
  selectFiles(
    listing,
    {
      root,
      git: new Map(Object.entries(git)),
      docker: docker === undefined ? undefined : { name: ".dockerignore", text: docker },
    },
    { include, "writable-folders": [], "allow-secrets": allow },
  );

describe("what git ignores", () => {
  test("is also what the folders above a project name", () => {
    const git = { "": "*.log\n/services/model/keep", services: "model/out\n", "services/model": "!keep" };
    const listing = ["a.log", "b.py", "keep", "out/", "out/x", "services/", "services/model/", "services/model/keep"];
    expect(select(listing, { git, root: "services/model" }).leftOut[".gitignore"]).toEqual(["a.log", "out/x"]);
  });

  test("is left out of training and of the image, a folder as a whole", () => {
    const listing = ["a.py", "logs/", "logs/a", "logs/b", "src/", "src/m.py", "src/tmp/", "src/tmp/x"];
    const selected = select(listing, { git: { "": "logs\ntmp/" } });
    expect(selected.notApp).toEqual(["logs", "src/tmp"]);
    expect(selected.notImage).toEqual(["logs", "src/tmp"]);
    expect(selected.leftOut[".gitignore"]).toEqual(["logs/a", "logs/b", "src/tmp/x"]);
  });

  test("is said by the nearest file, from its own folder on", () => {
    const listing = ["a/", "a/x.txt", "a/b/", "a/b/x.txt", "a/b/y.txt", "x.txt"];
    const git = { "": "*.txt", a: "!x.txt", "a/b": "/x.txt" };
    expect(select(listing, { git }).notApp).toEqual(["a/b", "x.txt"]);
    expect(select(listing, { git: { a: "/x.txt" } }).notApp).toEqual(["a/x.txt"]);
  });

  test("cannot be taken back below an ignored folder", () => {
    expect(select(["a/", "a/x"], { git: { "": "a", a: "!x" } }).notApp).toEqual(["a"]);
    expect(select(["a/", "a/x"], { git: { "": "a/*", a: "!x" } }).notApp).toEqual([]);
  });

  test("leaves no empty folder behind, and no folder that has something left", () => {
    expect(select(["a/", "a/b/", "a/b/x.log"], { git: { "": "*.log" } }).notApp).toEqual(["a"]);
    expect(select(["a/", "a/b/", "a/b/x.log", "a/y"], { git: { "": "*.log" } }).notApp).toEqual(["a/b"]);
    expect(select(["empty/", "x"], { git: { "": "*.log" } }).notApp).toEqual([]);
  });

  test("is taken where the configuration says so", () => {
    const listing = ["src/", "src/data/", "src/data/load.py"];
    expect(select(listing, { git: { "": "data/" } }).notApp).toEqual(["src"]);
    expect(select(listing, { git: { "": "data/" }, include: ["src/data"] }).notApp).toEqual([]);
  });
});

test("what Docker ignores is left out of the image alone", () => {
  const selected = select(["src/", "src/serve.py", "src/train.py", "a.log"], {
    git: { "": "*.log" },
    docker: "*\n!src\nsrc/train.py",
  });
  expect(selected.notApp).toEqual(["a.log"]);
  expect(selected.notImage).toEqual(["src/train.py", "a.log"]);
  expect(selected.leftOut).toEqual({ secret: [], ".gitignore": ["a.log"], ".dockerignore": ["src/train.py"] });
});

describe("files of secrets", () => {
  test.each([
    ...[
      ".env",
      ".env.local",
      "conf/.env",
      "conf/prod.env",
      ".ENV",
      ".envrc",
      ".netrc",
      "home/.netrc",
      ".git-credentials",
    ],
    ...["id_rsa", "id_rsa.pub", "keys/id_ed25519", "server.pem", "certs/tls.KEY", "x.p12", ".aws/credentials"],
    ...["a/.aws/config", ".ssh/known_hosts", "secrets/db.txt", "src/secrets/token", ".kube/config", ".npmrc"],
    ...[".pypirc", "pip.conf", ".docker/config.json", "credentials.json", "gcp-service-account.json"],
    ...[".streamlit/secrets.toml", ".dvc/config.local", "infra/terraform.tfstate"],
  ])("%s", (path) => {
    expect(isSecretFile(path)).toBe(true);
    expect(select([path], {}).leftOut.secret).toEqual([path]);
    expect(select([path], { include: [path] }).notApp).toHaveLength(1);
    expect(select([path], { allow: [path] }).notApp).toEqual([]);
  });

  test.each([
    ...["src/environment.py", "src/env/model.py", "environment.yml", "src/secrets.py", "src/secrets/__init__.py"],
    ...["src/keys.py", "conf/keyboard.json", "src/pem.py", "tokenizer.json", "special_tokens_map.json"],
    ...["src/credentials.py", "monkey.py", "src/aws/s3.py", "docker/config.json"],
  ])("not %s", (path) => {
    expect(isSecretFile(path)).toBe(false);
  });
});

test.each([
  "a",
  "a b",
  " a",
  "a ",
  "!a",
  "a!b",
  "[x]",
  "a*b",
  "a?b",
  "a\\b",
  "a{2}",
  "a|b",
  "^a",
  "a]b",
  "(a)",
  "+$.",
  "é",
])("a pattern for exactly %j", (path) => {
  const matches = dockerMatcher([exactPattern(path)], "");
  expect(matches(path)).toBe(true);
  expect(["ab", "a", "b", "x", "aa", "axb", "b/a", `x${path}`].filter(matches)).toEqual(path === "a" ? ["a"] : []);
});

test("what git ignores is a folder where all that is in it is ignored", () => {
  const git = new Map([["", "lib/\n*.log\n"]]);
  const listing = ["src/", "src/lib/", "src/lib/a.py", "src/lib/b/", "src/lib/b/c.py", "src/x.log", "src/y.py"];
  expect(ignoredByGit(listing, { git, root: "" })).toEqual(["src/lib", "src/x.log"]);
  expect(ignoredByGit(listing, { git: new Map(), root: "" })).toEqual([]);
});
