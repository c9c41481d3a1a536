import { posix } from "node:path";
import { z } from "zod";
import type { TrackedOut } from "./outs.ts";

/** The result of pull_dvc.py; `detail` is the message of DVC or of the remote. */
export const pullSchema = z.object({
  kind: z.enum([
    "pulled",
    "no-remote",
    "scheme",
    "config",
    "damaged",
    "no-folder",
    "unreachable",
    "denied",
    "not-found",
    "absent",
    "other",
  ]),
  detail: z.string(),
  remote: z.string(),
  url: z.string(),
});
export type Pull = Readonly<z.output<typeof pullSchema>>;

/** The remote and its URL for messages, without a password in the URL. */
export const remoteText = ({ remote, url }: Pick<Pull, "remote" | "url">): string =>
  `remote "${remote}" (${url.replace(/\/\/[^/@]*@/, "//")})`;

/** Why a pull failed, and what to do; empty if it succeeded. */
export function pullFailure(pull: Pull, missing: readonly TrackedOut[]): string {
  const what = missing.map(({ path }) => path).join(", ");
  const where = remoteText(pull);
  const words = pull.detail === "" ? "" : `: ${pull.detail.replace(/\/\/[^/@\s]*@/g, "//")}`;
  switch (pull.kind) {
    case "pulled":
      return "";
    case "no-remote":
      return `${what} is not there, and .dvc/config names no remote to pull it from. Add one with \`dvc remote add --default NAME URL\` and commit .dvc/config, or give its text as --dvc-config`;
    case "config":
      return `${what} cannot be pulled: DVC's configuration is wrong${words}. Correct .dvc/config (or what --dvc-config names)`;
    case "scheme":
      return `${what} cannot be pulled from ${where}${words}. The pipeline has S3, SSH, HTTP and folders; pull the data beforehand with \`dvc pull\``;
    case "damaged":
      return `${what} cannot be pulled from ${where}${words}. It was changed or damaged there: push it again with \`dvc push\` from where the data is right`;
    case "no-folder":
      return `${what} cannot be pulled from ${where}: that folder is not in the project. Give it as --dvc-storage=PATH`;
    case "unreachable":
      return `${what} cannot be pulled: ${where} does not answer${words}. Check the address in .dvc/config, and the network`;
    case "denied":
      return `${what} cannot be pulled: ${where} refuses access${words}. Check the credentials: --aws-credentials, --ssh-key or --dvc-config`;
    case "not-found":
      return `${what} cannot be pulled: there is no such place as ${where}${words}. Check its url in .dvc/config`;
    case "absent":
      return `${missing.map(({ path, expected }) => `${path} (${expected})`).join(", ")} is not in ${where}. Push it with \`dvc push\` from where the data is`;
    case "other":
      return `${what} cannot be pulled from ${where}${words}`;
  }
}

/** The remotes of a DVC configuration that are folders in the project; their paths are relative to .dvc/. */
export function remoteFolders(config: string): string[] {
  const urls = [...config.matchAll(/^\s*url\s*=\s*(.+?)\s*$/gm)].map(([, url = ""]) =>
    url.replace(/^(["'])(.*)\1$/, "$2"),
  );
  return urls
    .filter((url) => !/^[\w+.-]+:\/\//.test(url) && !url.startsWith("/") && !url.startsWith("~"))
    .map((url) => posix.normalize(posix.join(".dvc", url)))
    .filter((path) => path !== "." && path !== ".." && !path.startsWith("../"));
}
