import { expect, test } from "vitest";
import { targetOf } from "../../../src/forge/address.ts";
import { userError } from "../support.ts";

test.each([
  ["https://github.com/team/models/pull/12", "GitHub", "https://api.github.com", "team/models"],
  ["https://github.com/team/models/pull/12/files?w=1#discussion_r3", "GitHub", "https://api.github.com", "team/models"],
  ["https://team.ghe.com/team/models/pull/12", "GitHub", "https://api.team.ghe.com", "team/models"],
  ["https://git.example.com:8443/team/models/pull/12", "GitHub", "https://git.example.com:8443/api/v3", "team/models"],
  ["http://git.example.com/team/pull/pull/12", "GitHub", "http://git.example.com/api/v3", "team/pull"],
  ["https://gitlab.com/a/b/c/-/merge_requests/12", "GitLab", "https://gitlab.com/api/v4", "a/b/c"],
  [
    "https://gitlab.example.com/a/pull/-/merge_requests/12/diffs",
    "GitLab",
    "https://gitlab.example.com/api/v4",
    "a/pull",
  ],
  [
    "https://bitbucket.org/team/models/pull-requests/12/diff",
    "Bitbucket",
    "https://api.bitbucket.org/2.0",
    "team/models",
  ],
  [" https://github.com/t%20m/x/pull/12\n", "GitHub", "https://api.github.com", "t m/x"],
])("%s", (address, forge, api, repository) => {
  expect(targetOf(address)).toMatchObject({ forge, api, repository, number: "12" });
  expect(targetOf(targetOf(address).page)).toEqual(targetOf(address));
});

test.each([
  "",
  "12",
  "team/models#12",
  "git@github.com:team/models.git",
  "https://github.com/team/models",
  "https://github.com/team/models/issues/12",
  "https://github.com/team/models/pull/",
  "https://github.com/team/models/pull/12a",
  "https://gitlab.com/team/models/merge_requests/12",
  "https://bitbucket.org/a/b/c/pull-requests/12",
  "file:///team/models/pull/12",
])("%j is none, and it is said what is one", (address) => {
  const message = userError(() => targetOf(address));
  expect(message).toMatch(
    /^--on: expected the address of a pull or merge request, and .* is none\. .*\/-\/merge_requests\/12/,
  );
});

test("a Bitbucket server of one's own is said to be unknown", () => {
  expect(userError(() => targetOf("https://git.example.com/projects/A/repos/b/pull-requests/3"))).toContain(
    "is not known",
  );
});

test("a password in it is not shown", () => {
  const message = userError(() => targetOf("https://me:s3cr3t@github.com/team/models/pull/12"));
  expect(message).toContain("--forge-token");
  expect(message).not.toContain("s3cr3t");
});
