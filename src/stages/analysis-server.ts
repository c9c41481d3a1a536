import { type Container, dag } from "@dagger.io/dagger";
import { pythonBase } from "../containers/images.ts";
import { DEFAULT_LIMITS } from "../containers/limits.ts";
import { programFolder } from "../containers/programs.ts";
import { EPOCH, withTimes } from "../containers/times.ts";
import type { Context } from "../context/context.ts";
import { SERVER_PORT } from "../delivery/analysis/analysis.ts";
import type { AnalysisPlan } from "../delivery/analysis/plan.ts";
import { SERVER_USER } from "../delivery/analysis/server-objects.ts";

const FOLDER = "/opt/analysis";
const PROGRAM = "analysis_server.py";
const CONFIGURATION = `${FOLDER}/analysis.json`;
const HEALTH = `import urllib.request as r; r.urlopen('http://127.0.0.1:${SERVER_PORT}/health', timeout=3)`;

/**
 * The image of the server that tells Argo Rollouts and Flagger how a candidate stands. It has Python and our program, and nothing of the
 * project but the requests.
 *
 * @param rows what is asked about
 * @param services those that it may ask, unless the variable says others where it runs
 */
export async function analysisServer(
  context: Context,
  plan: AnalysisPlan,
  rows: readonly unknown[],
  services: string,
): Promise<Container> {
  const { "answer-seconds": seconds, "answer-megabytes": megabytes } = context.limits ?? DEFAULT_LIMITS;
  const configuration = { ...plan, protocol: context.project.protocol, rows, seconds, bytes: megabytes * 1e6 };
  const files = dag
    .directory()
    .withDirectory(FOLDER, programFolder(PROGRAM), { permissions: 0o755 })
    .withNewFile(CONFIGURATION, JSON.stringify(configuration), { permissions: 0o644 });
  return pythonBase(context)
    .withEnvVariable("PYTHONUNBUFFERED", "1")
    .withEnvVariable("PYTHONDONTWRITEBYTECODE", "1")
    .withEnvVariable("PORT", String(SERVER_PORT))
    .withEnvVariable("ANALYSIS_SERVICES", services)
    .withDirectory("/", await withTimes(context, files, EPOCH))
    .withUser(`${SERVER_USER}:${SERVER_USER}`)
    .withExposedPort(SERVER_PORT)
    .withEntrypoint(["python3", `${FOLDER}/${PROGRAM}`, CONFIGURATION])
    .withoutDefaultArgs()
    .withDockerHealthcheck(["python3", "-c", HEALTH], { interval: "10s", timeout: "5s" });
}
