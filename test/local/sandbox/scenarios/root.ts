import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Snapshot, Store } from "../../../../local/store/types.ts";

const programs = "sh cat ln ls id sleep env mkdir rm rmdir mv head seq readlink stat touch find tail wc yes".split(" ");

/** Lists the shared objects that a program needs, with its loader. */
const libraries = (program: string): readonly string[] =>
  [...execFileSync("ldd", [program], { encoding: "utf8" }).matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);

/** Makes a small root of the host's own programs, once for each store. It is quick and needs no download. */
export async function smallRoot(store: Store): Promise<Snapshot> {
  const snapshot = { layers: ["small-root"] };
  if (await store.hasLayer("small-root")) return snapshot;
  const { upper, commit } = await store.draftLayer();
  for (const folder of ["bin", "etc", "tmp", "home", "usr"]) mkdirSync(`${upper}/${folder}`);
  symlinkSync("../bin", `${upper}/usr/bin`);
  for (const name of [...programs, "node"]) {
    const path = name === "node" ? process.execPath : execFileSync("which", [name], { encoding: "utf8" }).trim();
    // The Node binary is large, so containers that need it mount it.
    if (name !== "node") copyFileSync(realpathSync(path), `${upper}/bin/${name}`);
    for (const library of libraries(path)) {
      mkdirSync(upper + dirname(library), { recursive: true });
      if (!existsSync(upper + library)) copyFileSync(library, upper + library);
    }
  }
  writeFileSync(`${upper}/etc/passwd`, "root:x:0:0::/root:/bin/sh\nworker:x:1000:1000::/home/worker:/bin/sh\n");
  writeFileSync(`${upper}/etc/group`, "root:x:0:\nworker:x:1000:\nextra:x:1005:worker\n");
  await commit("small-root", "");
  return snapshot;
}

/** The Node binary as a mount, for programs that listen. */
export const nodeMount = {
  kind: "bind",
  target: `/usr/bin/${basename("node")}`,
  path: realpathSync(process.execPath),
  readOnly: true,
} as const;
