import { afterAll } from "vitest";

const before = { ...process.env };

/** Files of tests share processes, so each gets the variables that all began with. */
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});
