import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Changeset, Client } from "dagger-sdk";
import { fails, type Row } from "../row.ts";

/** One file of each kind: kept, modified, removed (with its folder), added. None of them could be another one that was renamed. */
function changes(dag: Client): Changeset {
  const before = dag.directory().withNewFile("kept", "1\n").withNewFile("a", "1\n2\n").withNewFile("gone/b", "4\n");
  const after = dag.directory().withNewFile("kept", "1\n").withNewFile("a", "1\n3\n").withNewFile("new/c", "1\n");
  return after.changes(before);
}

/** Differences between directories, shown and applied. */
export const changesets: readonly Row[] = [
  {
    name: "a changeset names what was added, modified and removed",
    run: async (dag) => {
      const all = changes(dag);
      const paths = [await all.addedPaths(), await all.modifiedPaths(), await all.removedPaths()];
      return paths.map((some) => some.toSorted());
    },
    expect: [["new/", "new/c"], ["a"], ["gone/"]],
  },
  {
    name: "a changeset has both directories, and what is new or different",
    run: async (dag) => {
      const all = changes(dag);
      return [
        await all.before().glob("**/*"),
        await all.after().glob("**/*"),
        (await all.layer().glob("**/*")).toSorted(),
      ];
    },
    expect: [
      ["a", "gone/", "gone/b", "kept"],
      ["a", "kept", "new/", "new/c"],
      ["a", "new/", "new/c"],
    ],
  },
  {
    name: "a changeset is a patch",
    run: async (dag) => {
      const patch = await (await changes(dag).sync()).asPatch().contents();
      return patch.split("\n").filter((line) => /^[-+][^-+]/.test(line));
    },
    expect: ["-2", "+3", "-4", "+1"],
  },
  {
    name: "a changeset of equal directories is empty",
    run: async (dag) => {
      const directory = dag.directory().withNewFile("a", "1");
      return [await directory.changes(directory).isEmpty(), await changes(dag).isEmpty()];
    },
    expect: [true, false],
  },
  {
    name: "an exported changeset leaves what it is not about",
    run: async (dag, { folder }) => {
      await mkdir(join(folder, "gone"));
      await Promise.all(["a", "other", "gone/b"].map((path) => writeFile(join(folder, path), "mine")));
      await changes(dag).export(folder);
      return [(await readdir(folder)).toSorted(), await readFile(join(folder, "a"), "utf8")];
    },
    expect: [["a", "new", "other"], "1\n3\n"],
  },
  {
    name: "a changeset of a folder of the host is not exported over what somebody has changed there since",
    run: async (dag, { folder }) => {
      await Promise.all(["a", "other"].map((path) => writeFile(join(folder, path), "1\n")));
      const source = await dag.host().directory(folder, { noCache: true }).sync();
      const all = source.withNewFile("a", "2\n").withNewFile("b", "2\n").changes(source);
      await all.sync();
      await Promise.all(["a", "b", "other"].map((path) => writeFile(join(folder, path), "mine\n")));
      return all.export(folder);
    },
    expect: fails(/a, b in .*: changed by somebody else since it was read, so nothing was written/),
    except: { engine: "dagger", because: "it writes over it" },
  },
  {
    name: "a changeset of a folder of the host leaves what somebody has changed beside it",
    run: async (dag, { folder }) => {
      await Promise.all(["a", "other"].map((path) => writeFile(join(folder, path), "1\n")));
      const source = await dag.host().directory(folder, { noCache: true }).sync();
      const all = source.withNewFile("a", "2\n").changes(source);
      await all.sync();
      await writeFile(join(folder, "other"), "mine\n");
      await all.export(folder);
      return Promise.all(["a", "other"].map((path) => readFile(join(folder, path), "utf8")));
    },
    expect: ["2\n", "mine\n"],
  },
];
