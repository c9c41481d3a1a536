import { forOwnPrograms } from "../containers/images.ts";
import type { Project } from "../project/project.ts";
import { byteText, counted, someOf } from "../text.ts";
import { defineStage } from "./definition.ts";
import { inContainer, together } from "./inputs.ts";
import { pointersText, searchSecrets, secretsText, unreadWarnings } from "./secrets.ts";
import { failedRun, type Outcome } from "./stage.ts";

/**
 * Looks for keys, tokens and passwords in all files of the project that the image takes, before anything is trained. Files that are
 * secrets by their name are left out without it.
 */
export const scanSecrets = defineStage({
  name: "scan secrets",
  step: "Check",
  page: "your-project",
  needs: {},
  depends: async ({ context }) =>
    together(inContainer({ context: forOwnPrograms(context) }), {
      folders: { source: context.project.image },
      settings: { image: { "allow-secrets": context.config.image["allow-secrets"] } },
    }),
  async run({ context, data }): Promise<Outcome<undefined>> {
    const { project } = context;
    const { run, found } = await searchSecrets(forOwnPrograms(context), project.image, "");
    if (found === undefined) return failedRun(run);
    const { files, bytes, secrets, pointers } = found;
    if (secrets.length > 0) {
      const advice = `Take it out and give it to the service as a variable, keep the file out by ${project.dockerIgnore}`;
      return { status: "failed", message: secretsText(secrets, advice), runs: [run] };
    }
    const left = leftOutText(project);
    const taken = data === undefined ? [] : await Promise.all([project.image.glob("**"), data.entries()]);
    const carried = foldersLike(taken[0] ?? [], taken[1] ?? []);
    return {
      status: "passed",
      message: `no keys or tokens in ${counted(files, "file")} of ${byteText(bytes)} that the image takes${left === "" ? "" : `; left out: ${left}`}`,
      warnings: [
        ...unreadWarnings(found),
        ...(pointers.length === 0 ? [] : [pointersText(pointers)]),
        ...carried.map(
          (folder) =>
            `the image takes ${folder}/, which holds what --data does, and a change of it counts as one of the code: name it as data.folder`,
        ),
      ],
      value: undefined,
      runs: [run],
    };
  },
});

/**
 * Folders of the project that hold the same as the data folder, by the names in it: the data that somebody gave as `--data=tables/`.
 *
 * @param files of the project, from its root
 * @param names in the data folder; those of folders may end with a slash
 */
export function foldersLike(files: readonly string[], names: readonly string[]): string[] {
  const wanted = new Set(names.map((name) => name.replace(/\/$/, "")).filter((name) => !name.startsWith(".")));
  if (wanted.size === 0) return [];
  const inside = new Map<string, Set<string>>();
  for (const file of files) {
    const parts = file.replace(/\/$/, "").split("/");
    parts.slice(0, -1).forEach((_, index) => {
      const folder = parts.slice(0, index + 1).join("/");
      inside.set(folder, (inside.get(folder) ?? new Set()).add(parts[index + 1] ?? ""));
    });
  }
  return [...inside]
    .filter(([, found]) => found.size >= wanted.size && [...wanted].every((name) => found.has(name)))
    .map(([folder]) => folder);
}

const SHOWN_FILES = 3;

/** Which files the image does not take, and why; files of src/ first, since the project may miss them. Empty when it takes all. */
export function leftOutText({ leftOut, dockerIgnore }: Pick<Project, "leftOut" | "dockerIgnore">): string {
  const causes = [
    { paths: leftOut.secret, by: " of secrets" },
    { paths: leftOut[".gitignore"], by: " named by .gitignore" },
    { paths: leftOut[".dockerignore"], by: ` named by ${dockerIgnore}` },
  ];
  const parts = causes.map(({ paths, by }) => {
    const ofCode = paths.filter((path) => path.startsWith("src/"));
    const shown = [...ofCode, ...paths.filter((path) => !path.startsWith("src/"))].slice(0, SHOWN_FILES);
    return paths.length === 0 ? "" : `${counted(paths.length, "file")}${by} (${someOf(shown, paths.length)})`;
  });
  return parts.filter((part) => part !== "").join(", ");
}
