import { randomUUID } from "node:crypto";
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A copy of the tiny project with data of its own, to break one thing in. */
export interface TestProject {
  readonly source: string;
  readonly data: string;
  /** Somewhere to export to. */
  readonly out: string;
  /** Replaces a file of the project (or makes one). */
  write(path: string, text: string): Promise<void>;
  /** Replaces `before` by `after` in a file; it must be there. */
  edit(path: string, before: string, after: string): Promise<void>;
  /** Changes a file to what no cache has seen, of whichever test or run of it, and no checker finds anything in. */
  renew(path: string): Promise<void>;
  remove(): Promise<void>;
}

export async function tinyProject(rows: string = dataRows(1200)): Promise<TestProject> {
  const root = await mkdtemp(join(tmpdir(), "ml pipeline ü-"));
  const source = join(root, "project");
  const data = join(root, "data");
  await cp(new URL("tiny", import.meta.url), source, { recursive: true });
  await mkdir(data);
  await writeFile(join(data, "rows.csv"), rows);
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(source, path)), { recursive: true });
    await writeFile(join(source, path), text);
  };
  return {
    source,
    data,
    out: join(root, "out"),
    write,
    edit: async (path, before, after) => {
      const text = await readFile(join(source, path), "utf8");
      if (!text.includes(before)) throw new Error(`${path} has no ${JSON.stringify(before)}`);
      await write(path, text.replace(before, after));
    },
    renew: (path) =>
      appendFile(join(source, path), path.endsWith(".py") ? `\n\nFRESH = "${randomUUID()}"\n` : `# ${randomUUID()}\n`),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** Rows whose label follows from x, but for one in thirty. */
export function dataRows(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const x = ((index * 7919) % 10007) / 10007;
    const label = x > 0.5 !== (index % 30 === 0) ? "yes" : "no";
    return `${x.toFixed(4)},${label}`;
  });
  return `x,label\n${rows.join("\n")}\n`;
}
