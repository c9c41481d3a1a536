/**
 * `npm run dist` writes what a release consists of to dist/, or to the folder that is named: the npm package, as a folder and as
 * npm publishes it, the program as one file, and their checksums.
 */
import { join, resolve } from "node:path";
import { packTarball, writeChecksums, writeSingleFile } from "./artifacts.ts";
import { version, writePackage } from "./package.ts";
import { root } from "./paths.ts";

const out = resolve(process.argv[2] ?? join(root, "dist"));
const folder = join(out, "package");
await writePackage(folder);
const tarball = packTarball(folder, out);
const single = join(out, "ml-pipeline");
writeSingleFile(tarball, version(), single);
writeChecksums([tarball, single], out);
