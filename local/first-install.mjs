// Installs what a first call needs, of what package-lock.json locks: the packages that the command line, the engine and the module
// import, and not those of the tests and checks. It runs on the Node of the host, and imports no package.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const read = (/** @type {string} */ name) => JSON.parse(readFileSync(join(root, name), "utf8"));

const lock = read("package-lock.json");
const { version, allowScripts, dependencies: ofModule } = read("package.json");
const dependencies = { ...read("local/package.json").dependencies, ...ofModule };

/** The place of a package that another one imports: below it, or below a folder above. */
function placeOf(from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    const place = `${at === "" ? "" : `${at}/`}node_modules/${name}`;
    if (place in lock.packages) return place;
    if (at === "") return undefined;
  }
}

const needed = new Set();
function need(from, names) {
  for (const name of names) {
    // An optional package may be locked nowhere.
    const place = placeOf(from, name);
    if (place === undefined || needed.has(place)) continue;
    needed.add(place);
    const { dependencies, optionalDependencies, peerDependencies } = lock.packages[place];
    need(place, Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }));
  }
}
need("", Object.keys(dependencies));

const project = { name: "ml-pipeline", version, dependencies };
const packages = Object.entries(lock.packages).flatMap(([place, { dev: _, ...locked }]) =>
  needed.has(place) ? [[place, locked]] : [],
);

const modules = join(root, "node_modules");
mkdirSync(modules, { recursive: true });
const draft = mkdtempSync(join(modules, ".first-"));
const write = (name, value) => writeFileSync(join(draft, name), JSON.stringify(value));
write("package.json", { ...project, allowScripts });
write("package-lock.json", { ...lock, packages: { "": project, ...Object.fromEntries(packages) } });
if (existsSync(join(root, ".npmrc"))) copyFileSync(join(root, ".npmrc"), join(draft, ".npmrc"));

const { status, error } = spawnSync("npm", ["ci", "--no-progress"], { cwd: draft, stdio: "inherit" });
if (error !== undefined) throw error;
if (status !== 0) process.exit(status ?? 1);

for (const name of readdirSync(modules)) {
  if (join(modules, name) !== draft) rmSync(join(modules, name), { recursive: true, force: true });
}
// npm's own lock file comes last, by which an interrupted installation is told; before it, of which lock file all this is a part.
const hidden = ".package-lock.json";
copyFileSync(join(root, "package-lock.json"), join(modules, ".first-use-lock.json"));
const made = join(draft, "node_modules");
for (const name of readdirSync(made)) if (name !== hidden) renameSync(join(made, name), join(modules, name));
await import("./sdk-link.mjs");
renameSync(join(made, hidden), join(modules, hidden));
rmSync(draft, { recursive: true, force: true });
