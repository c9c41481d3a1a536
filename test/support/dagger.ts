import { spawnSync } from "node:child_process";

/** Whether the `dagger` program is there and an engine answers it; a cold engine takes a while. */
export const daggerAnswers = (): boolean => spawnSync("dagger", ["core", "version"], { timeout: 180_000 }).status === 0;
