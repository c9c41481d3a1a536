import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";

/*
 * The CronJob that the manual shows, as a cluster of tests can run it. Its image would have ml-pipeline and what its engine needs: here
 * folders of this machine are mounted in their place. All else is as it is shown, the rights of its container above all.
 */

const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");

const named = z.looseObject({ name: z.string() });
const cronJob = z.looseObject({
  metadata: named,
  spec: z.looseObject({
    jobTemplate: z.looseObject({
      spec: z.looseObject({
        template: z.looseObject({
          spec: z.looseObject({
            containers: z.tuple([
              named.extend({
                args: z.tuple([z.string()]),
                volumeMounts: z.array(named.extend({ mountPath: z.string() })),
              }),
            ]),
            volumes: z.array(
              named.extend({ persistentVolumeClaim: z.looseObject({ claimName: z.string() }).optional() }),
            ),
          }),
        }),
      }),
    }),
  }),
});

/** Where programs are, and what is noted of how they run. */
const OF_THIS_MACHINE = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", REPOSITORY];

/** In the place of what an image has, and of what it would keep. */
const CACHE = "/root/.cache/ml-pipeline";

export interface PipelinePod {
  /** Any image that the node can pull: nothing of it is used. */
  readonly image: string;
  /** Folders of this machine in place of the claims, by their names. */
  readonly claims: Readonly<Record<string, string>>;
  /** Replacements in its script, each of which must be there. */
  readonly script: readonly (readonly [before: string, after: string])[];
  readonly env: Readonly<Record<string, string>>;
}

/** The CronJob of `docs/retraining.md`, suspended: weeks pass faster here. */
export async function documentedCronJob({ image, claims, script, env }: PipelinePod): Promise<object> {
  const manual = await readFile(join(REPOSITORY, "docs/retraining.md"), "utf8");
  const [, text = ""] = /```yaml\n(apiVersion: batch\/v1\n.*?)```/s.exec(manual) ?? [];
  const job = cronJob.parse(parse(text));
  const pod = job.spec.jobTemplate.spec.template.spec;
  const [container] = pod.containers;
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ml-pipeline");
  const mounted = [
    ...OF_THIS_MACHINE.map((path) => ({ path, mountPath: path, readOnly: true })),
    { path: cache, mountPath: CACHE, readOnly: false },
  ].map((one, index) => ({ ...one, name: `machine-${index}` }));
  const inPod = {
    ...pod,
    // Where the API server listens, and the registry.
    hostNetwork: true,
    containers: [
      {
        ...container,
        image,
        args: [script.reduce((all, [before, after]) => replaced(all, before, after), container.args[0])],
        // A machine of tests has less than it asks for.
        resources: {},
        env: Object.entries({
          PATH: `${REPOSITORY}/bin:/usr/local/bin:/usr/bin:/usr/sbin`,
          HOME: "/root",
          CI: "true",
          ...env,
        }).map(([name, value]) => ({ name, value })),
        volumeMounts: [
          ...container.volumeMounts.filter(({ mountPath }) => mountPath !== CACHE),
          ...mounted.map(({ name, mountPath, readOnly }) => ({ name, mountPath, readOnly })),
          ...["/tmp", "/var/tmp", "/run"].map((mountPath) => ({
            name: "scratch",
            mountPath,
            subPath: mountPath.slice(1),
          })),
        ],
      },
    ],
    volumes: [
      ...pod.volumes.map(({ persistentVolumeClaim: claim, ...volume }) =>
        claim === undefined ? volume : { ...volume, hostPath: { path: claims[claim.claimName] } },
      ),
      ...mounted.map(({ name, path }) => ({ name, hostPath: { path } })),
      { name: "scratch", emptyDir: {} },
    ],
  };
  const template = { ...job.spec.jobTemplate.spec.template, spec: inPod };
  const jobTemplate = { ...job.spec.jobTemplate, spec: { ...job.spec.jobTemplate.spec, template } };
  return { ...job, spec: { ...job.spec, suspend: true, jobTemplate } };
}

function replaced(text: string, before: string, after: string): string {
  if (!text.includes(before)) throw new Error(`the script of the manual has no ${before}`);
  return text.replaceAll(before, after);
}
