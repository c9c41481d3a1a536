import { annotations } from "./container/annotation.ts";
import { defaultArgs } from "./container/default-args.ts";
import { entrypoint } from "./container/entrypoint.ts";
import { envVariables } from "./container/env-variable.ts";
import { withExec } from "./container/exec.ts";
import { existence } from "./container/exists.ts";
import { exposedPorts } from "./container/exposed-port.ts";
import { from, imageRef } from "./container/from.ts";
import { withAllGpus } from "./container/gpus.ts";
import { healthcheck } from "./container/healthcheck.ts";
import { images } from "./container/image.ts";
import { labels } from "./container/label.ts";
import { mounts } from "./container/mounts.ts";
import { outputs } from "./container/output.ts";
import { paths } from "./container/paths.ts";
import { registryAuth } from "./container/registry-auth.ts";
import { rootfs } from "./container/rootfs.ts";
import { secretVariables } from "./container/secret-variable.ts";
import { containerServices } from "./container/service.ts";
import { withSymlink } from "./container/symlink.ts";
import { sync } from "./container/sync.ts";
import { user } from "./container/user.ts";
import { volatileVariables } from "./container/volatile-variable.ts";
import { withDirectory } from "./container/with-directory.ts";
import { fileCopies } from "./container/with-file.ts";
import { removals } from "./container/without-files.ts";
import { workdir } from "./container/workdir.ts";
import type { Operation } from "./define.ts";
import { directoryChanges } from "./directory/change.ts";
import { directoryExistence } from "./directory/exists.ts";
import { exportDirectory } from "./directory/export.ts";
import { directoryReads } from "./directory/read.ts";
import { directorySelections } from "./directory/select.ts";
import { exportFile } from "./file/export.ts";
import { files } from "./file/file.ts";
import { address } from "./query/address.ts";
import { cacheVolume } from "./query/cache-volume.ts";
import { container } from "./query/container.ts";
import { currentModule } from "./query/current-module.ts";
import { host } from "./query/host.ts";
import { namedValues } from "./query/named-values.ts";
import { secrets } from "./query/secret.ts";
import { version } from "./query/version.ts";
import { services } from "./service/service.ts";

/** All fields of the engine's API. Whatever is not here answers with an error that names it. */
export const operations: readonly Operation[] = [
  version,
  ...container,
  from,
  imageRef,
  withExec,
  ...outputs,
  sync,
  ...envVariables,
  ...volatileVariables,
  ...secretVariables,
  ...workdir,
  ...user,
  ...labels,
  ...annotations,
  ...entrypoint,
  ...defaultArgs,
  ...mounts,
  ...paths,
  ...existence,
  withDirectory,
  ...fileCopies,
  withSymlink,
  ...removals,
  ...rootfs,
  ...exposedPorts,
  ...healthcheck,
  ...containerServices,
  ...registryAuth,
  ...images,
  withAllGpus,
  ...services,
  ...directorySelections,
  ...directoryChanges,
  ...directoryReads,
  ...directoryExistence,
  exportDirectory,
  ...files,
  exportFile,
  cacheVolume,
  ...secrets,
  ...host,
  ...address,
  ...currentModule,
  ...namedValues,
];
