import { expect, test } from "vitest";
import {
  accessFlags,
  branchName,
  checkoutFolder,
  cronLine,
  environmentNames,
  imageName,
  moduleSource,
} from "../../../src/ci/arguments.ts";
import { CiSystem } from "../../../src/ci/systems.ts";
import { userError } from "../support.ts";

test.each<[string, () => unknown, unknown]>([
  ["a cron line", () => cronLine("--watch-at", "30 5 * * 1-5", CiSystem.GITHUB), "30 5 * * 1-5"],
  ["what spreads jobs on Jenkins", () => cronLine("--watch-at", "H 5 * * *", CiSystem.JENKINS), "H 5 * * *"],
  ["a branch", () => branchName("release/1.x"), "release/1.x"],
  ["a folder", () => checkoutFolder("--live", "./data/live/"), "data/live/"],
  ["an image", () => imageName("localhost:5000/team/churn"), "localhost:5000/team/churn"],
  ["flags", () => accessFlags(["webhook", "ssh-key", "webhook"]), ["webhook", "ssh-key"]],
  [
    "a module",
    () => moduleSource("github.com/OWNER/ml-pipeline@v0.1.0"),
    { repository: "https://github.com/OWNER/ml-pipeline", ref: "v0.1.0" },
  ],
  [
    "a module with Git's ending",
    () => moduleSource("github.com/o/r.git@v1"),
    { repository: "https://github.com/o/r", ref: "v1" },
  ],
  [
    "a module by SSH",
    () => moduleSource("ssh://git.example.com:22/ml@v1"),
    { repository: "ssh://git.example.com:22/ml", ref: "v1" },
  ],
  [
    "a module in a folder",
    () => moduleSource("file:///opt/ml-pipeline@main"),
    { repository: "file:///opt/ml-pipeline", ref: "main" },
  ],
])("%s is taken", (_name, taken, expected) => {
  expect(taken()).toEqual(expected);
});

test.each<[string, () => unknown, string]>([
  ["a clock", () => cronLine("--watch-at", "every day", CiSystem.GITHUB), "--watch-at"],
  ["a cron line with more", () => cronLine("--watch-at", '0 5 * * *"\n  run: x', CiSystem.GITHUB), "--watch-at"],
  ["what spreads jobs on Jenkins, elsewhere", () => cronLine("--watch-at", "H 5 * * *", CiSystem.GITLAB), "--watch-at"],
  ["a branch with an expression", () => branchName("${{ github.token }}"), "--branch"],
  ["a branch that is a flag", () => branchName("-x"), "--branch"],
  ["a folder above", () => checkoutFolder("--live", "../live"), "--live"],
  ["a folder with a command", () => checkoutFolder("--live", "$(id)"), "--live"],
  ["an image with a tag", () => imageName("registry.example.com/churn:v1"), "without a tag"],
  ["an image with a command", () => imageName("registry.example.com/`id`"), "--address"],
  ["a flag that is none", () => accessFlags(["webhok"]), "Did you mean webhook?"],
  ["a module of GitHub that is no repository", () => moduleSource("github.com/o@v1"), "--module"],
  ["a module whose version is a flag", () => moduleSource("github.com/o/r@-x"), "--module"],
  ["a module of another protocol", () => moduleSource("ext://sh/x@v"), "--module"],
  ["a module above", () => moduleSource("../x@v1"), "--module"],
  ["a registry that is a flag", () => imageName("-reg/x"), "--address"],
  ["a long name of an image", () => imageName(`registry.example.com/${"x".repeat(300)}`), "--address"],
  ["an environment that some read as a number", () => environmentNames(["staging", "eu.1"]), "deploy.eu.1"],
  ["an environment that YAML reads as a value", () => environmentNames(["true"]), "deploy.true"],
  ["a module without a version", () => moduleSource("github.com/OWNER/ml-pipeline"), "a tag or a commit"],
  ["a module with a command", () => moduleSource("github.com/OWNER/x;id@v1"), "--module"],
])("%s is refused", (_name, taken, message) => {
  expect(userError(taken)).toContain(message);
});
