import { spawnSync } from "node:child_process";
import { TOOLS } from "../../../src/containers/settings.ts";
import { pythonEnvironment } from "../python-environment.ts";

/* Dagger's own SDKs beside that of TypeScript, which is among the packages of npm. */

/** The folder of the programs of an environment with Dagger's Python SDK, and what checks types against it. */
export const daggerPython = (): Promise<string> =>
  pythonEnvironment("importers", ["dagger-io==0.21.9", `mypy==${TOOLS.mypy}`]);

/** What `go get` is asked for. */
export const DAGGER_GO = "dagger.io/dagger@v0.21.8";

/** Dagger's Go SDK is a Go module, which a machine without Go has no use for. */
export const hasGo = (): boolean => spawnSync("go", ["version"]).status === 0;
