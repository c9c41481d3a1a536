import { z } from "zod";
import { parseJson } from "../base/parse-json.ts";
import { DamagedImage } from "./oci.ts";
import type { Healthcheck, ImageConfig } from "./types.ts";

const texts = z.array(z.string()).nullish();
const healthcheckSchema = z.looseObject({
  Test: texts,
  Interval: z.number().optional(),
  Timeout: z.number().optional(),
  StartPeriod: z.number().optional(),
  StartInterval: z.number().optional(),
  Retries: z.number().optional(),
});
const containerSchema = z.looseObject({
  Env: texts,
  WorkingDir: z.string().nullish(),
  User: z.string().nullish(),
  Entrypoint: texts,
  Cmd: texts,
  Labels: z.record(z.string(), z.string()).nullish(),
  ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
  Healthcheck: healthcheckSchema.nullish(),
});
const documentSchema = z.looseObject({
  architecture: z.string().optional(),
  os: z.string().optional(),
  config: containerSchema.nullish(),
  rootfs: z.object({ type: z.literal("layers"), diff_ids: z.array(z.string()) }).nullish(),
  history: z.array(z.looseObject({ empty_layer: z.boolean().optional() })).nullish(),
});

/** An image configuration of OCI or Docker as it is stored. Unknown fields are kept. */
export type ConfigDocument = z.infer<typeof documentSchema>;

/** Reads the JSON of an image configuration, in OCI's or in Docker's form. */
export function readConfigDocument(json: string): ConfigDocument {
  const document = parseJson(documentSchema, json);
  if (document === undefined) throw new DamagedImage("configuration");
  return document;
}

/** Gives the part of a configuration that a container starts from. */
export function imageConfigOf(document: ConfigDocument): ImageConfig {
  const config = document.config ?? {};
  const healthcheck = config.Healthcheck;
  return {
    env: config.Env ?? [],
    workdir: config.WorkingDir ?? "",
    user: config.User ?? "",
    entrypoint: config.Entrypoint ?? [],
    cmd: config.Cmd ?? [],
    labels: config.Labels ?? {},
    exposedPorts: Object.keys(config.ExposedPorts ?? {}),
    ...(healthcheck === null || healthcheck === undefined ? {} : { healthcheck: healthcheckOf(healthcheck) }),
  };
}

function healthcheckOf(healthcheck: z.infer<typeof healthcheckSchema>): Healthcheck {
  return {
    test: healthcheck.Test ?? [],
    ...(healthcheck.Interval === undefined ? {} : { interval: healthcheck.Interval }),
    ...(healthcheck.Timeout === undefined ? {} : { timeout: healthcheck.Timeout }),
    ...(healthcheck.StartPeriod === undefined ? {} : { startPeriod: healthcheck.StartPeriod }),
    ...(healthcheck.StartInterval === undefined ? {} : { startInterval: healthcheck.StartInterval }),
    ...(healthcheck.Retries === undefined ? {} : { retries: healthcheck.Retries }),
  };
}

/** A layer as a configuration describes it. */
export interface ConfigLayer {
  readonly diffId: string;
  readonly createdBy: string;
}

/**
 * Writes the configuration of an image: the base's with another container part and further layers. Equal input gives
 * equal text: the caller gives `created` (ISO 8601), and names are sorted.
 */
export function renderConfig(
  base: ConfigDocument,
  config: ImageConfig,
  layers: readonly ConfigLayer[],
  created: string,
): string {
  const history = base.history ?? (base.rootfs?.diff_ids ?? []).map(() => ({ created }));
  return JSON.stringify({
    ...base,
    created,
    architecture: base.architecture ?? hostArchitecture(),
    os: base.os ?? "linux",
    config: renderContainer(base.config ?? {}, config),
    rootfs: { type: "layers", diff_ids: [...(base.rootfs?.diff_ids ?? []), ...layers.map((layer) => layer.diffId)] },
    history: [...history, ...layers.map((layer) => ({ created, created_by: layer.createdBy }))],
  });
}

function renderContainer(base: Record<string, unknown>, config: ImageConfig): Record<string, unknown> {
  const { healthcheck } = config;
  const container: Record<string, unknown> = {
    ...base,
    Env: config.env.length > 0 ? config.env : undefined,
    WorkingDir: config.workdir || undefined,
    User: config.user || undefined,
    Entrypoint: config.entrypoint.length > 0 ? config.entrypoint : undefined,
    Cmd: config.cmd.length > 0 ? config.cmd : undefined,
    Labels: sortedOrNothing(config.labels),
    ExposedPorts: sortedOrNothing(Object.fromEntries(config.exposedPorts.map((port) => [port, {}]))),
    Healthcheck: healthcheck && {
      Test: healthcheck.test,
      Interval: healthcheck.interval,
      Timeout: healthcheck.timeout,
      StartPeriod: healthcheck.startPeriod,
      StartInterval: healthcheck.startInterval,
      Retries: healthcheck.retries,
    },
  };
  return sorted(container);
}

function sortedOrNothing(values: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  return Object.keys(values).length > 0 ? sorted(values) : undefined;
}

function sorted(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Gives this machine's architecture by the name that image configurations use. */
export function hostArchitecture(): string {
  return process.arch === "x64" ? "amd64" : process.arch === "ia32" ? "386" : process.arch;
}
