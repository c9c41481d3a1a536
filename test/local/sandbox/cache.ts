import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

type Hook = (run: () => void) => void;

/** Makes a folder for all tests of one file, so that the small root is made once. */
export function temporaryRoot(before: Hook, after: Hook): { path: string } {
  const folder = { path: "" };
  before(() => {
    folder.path = mkdtempSync(join(tmpdir(), "ml-pipeline-sandbox-"));
  });
  after(() => rmSync(folder.path, { recursive: true, force: true }));
  return folder;
}
