import type { Row } from "./row.ts";
import { changesets } from "./rows/changes.ts";
import { containerFiles } from "./rows/container-files.ts";
import { exec } from "./rows/exec.ts";
import { files } from "./rows/files.ts";
import { images } from "./rows/images.ts";
import { mounts } from "./rows/mounts.ts";
import { secrets } from "./rows/secrets.ts";
import { services } from "./rows/services.ts";
import { settings } from "./rows/settings.ts";

/** What `src/` may rely on. Every row must hold on every engine. */
export const table: Readonly<Record<string, readonly Row[]>> = {
  settings,
  exec,
  mounts,
  files,
  changesets,
  "container files": containerFiles,
  secrets,
  services,
  images,
};
