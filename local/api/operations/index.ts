import { exportChangeset } from "./changeset/export.ts";
import { changesetFacts } from "./changeset/facts.ts";
import { changesetPatch } from "./changeset/patch.ts";
import { annotations } from "./container/annotation.ts";
import { asTarball } from "./container/as-tarball.ts";
import { defaultArgs } from "./container/default-args.ts";
import { entrypoint } from "./container/entrypoint.ts";
import { envVariables } from "./container/env-variable.ts";
import { withExec } from "./container/exec.ts";
import { existence } from "./container/exists.ts";
import { exportContainer } from "./container/export.ts";
import { exposedPorts } from "./container/exposed-port.ts";
import { from, imageRef } from "./container/from.ts";
import { withAllGpus } from "./container/gpus.ts";
import { healthcheck } from "./container/healthcheck.ts";
import { labels } from "./container/label.ts";
import { withMountedCache } from "./container/mounted-cache.ts";
import { withMountedDirectory } from "./container/mounted-directory.ts";
import { withMountedFile } from "./container/mounted-file.ts";
import { withMountedSecret } from "./container/mounted-secret.ts";
import { withMountedTemp } from "./container/mounted-temp.ts";
import { mounts } from "./container/mounts.ts";
import { outputs } from "./container/output.ts";
import { paths } from "./container/paths.ts";
import { publish } from "./container/publish.ts";
import { registryAuth } from "./container/registry-auth.ts";
import { rootfs } from "./container/rootfs.ts";
import { secretVariables } from "./container/secret-variable.ts";
import { containerServices } from "./container/service.ts";
import { withSymlink } from "./container/symlink.ts";
import { sync } from "./container/sync.ts";
import { terminals } from "./container/terminal.ts";
import { user } from "./container/user.ts";
import { volatileVariables } from "./container/volatile-variable.ts";
import { withDirectory } from "./container/with-directory.ts";
import { fileCopies } from "./container/with-file.ts";
import { removals } from "./container/without-files.ts";
import { workdir } from "./container/workdir.ts";
import type { Operation } from "./define.ts";
import { directoryChanges } from "./directory/changes.ts";
import { directoryDiff } from "./directory/diff.ts";
import { directoryEntries } from "./directory/entries.ts";
import { directoryExistence } from "./directory/exists.ts";
import { exportDirectory } from "./directory/export.ts";
import { directoryFacts } from "./directory/facts.ts";
import { directoryFilter } from "./directory/filter.ts";
import { directoryPaths } from "./directory/paths.ts";
import { linkInDirectory } from "./directory/symlink.ts";
import { directoryTimes } from "./directory/timestamps.ts";
import { directoriesInDirectories } from "./directory/with-directory.ts";
import { filesInDirectories } from "./directory/with-file.ts";
import { directoryRemovals } from "./directory/without-files.ts";
import { fileContents } from "./file/contents.ts";
import { exportFile } from "./file/export.ts";
import { fileFacts } from "./file/facts.ts";
import { fileNames } from "./file/name.ts";
import { fileTimes } from "./file/timestamps.ts";
import { hostDirectory } from "./host/directory.ts";
import { hostFile } from "./host/file.ts";
import { address } from "./query/address.ts";
import { cacheVolume } from "./query/cache-volume.ts";
import { container } from "./query/container.ts";
import { currentModule } from "./query/current-module.ts";
import { emptyDirectory } from "./query/directory.ts";
import { newFile } from "./query/file.ts";
import { host } from "./query/host.ts";
import { namedValues } from "./query/named-values.ts";
import { secrets } from "./query/secret.ts";
import { version } from "./query/version.ts";
import { serviceNames } from "./service/hostname.ts";
import { servicePorts } from "./service/ports.ts";
import { serviceControls } from "./service/start-stop.ts";

/** All fields of the engine's API. A field that is not in this table is refused by name. */
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
  ...terminals,
  ...user,
  ...labels,
  ...annotations,
  ...entrypoint,
  ...defaultArgs,
  withMountedDirectory,
  withMountedFile,
  withMountedCache,
  withMountedTemp,
  withMountedSecret,
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
  asTarball,
  exportContainer,
  publish,
  withAllGpus,
  ...serviceControls,
  ...serviceNames,
  ...servicePorts,
  emptyDirectory,
  ...directoryPaths,
  directoryFilter,
  directoryDiff,
  directoryChanges,
  ...changesetFacts,
  changesetPatch,
  exportChangeset,
  ...filesInDirectories,
  ...directoriesInDirectories,
  linkInDirectory,
  ...directoryRemovals,
  directoryTimes,
  ...directoryFacts,
  ...directoryEntries,
  ...directoryExistence,
  exportDirectory,
  newFile,
  ...fileFacts,
  fileContents,
  ...fileNames,
  fileTimes,
  exportFile,
  cacheVolume,
  ...secrets,
  host,
  hostDirectory,
  hostFile,
  ...address,
  ...currentModule,
  ...namedValues,
];
