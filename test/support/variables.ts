/**
 * Puts all variables back to what they were. `process.env` itself stays: a plain object in its place would set variables that only
 * JavaScript sees, and `homedir()` and programs that are started do not.
 */
export function putBack(before: Readonly<NodeJS.ProcessEnv>): void {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
}
