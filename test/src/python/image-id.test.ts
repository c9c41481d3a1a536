import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inFolder, python } from "./python.ts";

/** Writes a blob of an OCI layout and gives its descriptor. */
function blob(layout: string, value: unknown): { digest: string } {
  const text = JSON.stringify(value);
  const hash = createHash("sha256").update(text).digest("hex");
  mkdirSync(join(layout, "blobs/sha256"), { recursive: true });
  writeFileSync(join(layout, "blobs/sha256", hash), text);
  return { digest: `sha256:${hash}` };
}

test.each([0, 1, 2])("the ID of an image is its configuration's digest, below %i indexes of platforms", (depth) =>
  inFolder(async (folder) => {
    const layout = join(folder, "layout");
    const config = blob(layout, { architecture: "amd64", config: {} });
    let top = blob(layout, { schemaVersion: 2, config, layers: [] });
    for (let level = 0; level < depth; level++) top = blob(layout, { schemaVersion: 2, manifests: [top] });
    writeFileSync(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [top] }));
    execFileSync("tar", ["-cf", join(folder, "image.tar"), "-C", layout, "index.json", "blobs"]);

    const result = join(folder, "id");
    expect(await python("image_id.py", join(folder, "image.tar"), result)).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(result, "utf8")).toBe(config.digest);
  }),
);
