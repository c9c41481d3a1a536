import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import type { Report } from "../../src/report/report.ts";
import { dvc, startHttp, startSsh, type TestS3 } from "../support/dvc.ts";
import { mlPipeline } from "./pipeline.ts";
import type { TestProject } from "./project.ts";

/** Data that DVC tracks, by the command line, on either engine. */
export interface DvcScenario {
  readonly name: string;
  readonly run: (project: TestProject, s3: TestS3) => Promise<void>;
}

const inputs = (project: TestProject): string[] => [
  `--source=${project.source}`,
  `--data=${join(project.source, "data")}`,
];

const secretsOf = ({ credentials }: Pick<TestS3, "credentials">): Record<string, string> => ({
  CREDENTIALS: credentials,
});

/** The data is in the project, as DVC wants it; tracked and pushed to `url`. Gives the hash of rows.csv. */
async function track(project: TestProject, url: string, s3?: TestS3): Promise<string> {
  const { source, data } = project;
  await cp(data, join(source, "data"), { recursive: true });
  const commands = [
    ["init", "--no-scm", "-q"],
    ["remote", "add", "-q", "-d", "store", url],
    ...(s3 === undefined ? [] : [["remote", "modify", "store", "endpointurl", s3.url]]),
    ["add", "-q", "data/rows.csv"],
    ["push", "-q"],
  ];
  await dvc(source, commands, s3 && { AWS_ACCESS_KEY_ID: s3.key, AWS_SECRET_ACCESS_KEY: s3.secret });
  const text = await readFile(join(source, "data/rows.csv.dvc"), "utf8");
  return /md5: (\w{32})/.exec(text)?.[1] ?? "";
}

/** As a fresh clone has it: without what .gitignore keeps out. */
async function forget(project: TestProject): Promise<void> {
  await rm(join(project.source, "data/rows.csv"));
  await rm(join(project.source, ".dvc/cache"), { recursive: true });
}

const place = (s3: TestS3, name: string): string => `s3://${s3.bucket}/${name}-${Date.now()}`;

async function refused(
  args: readonly string[],
  env: Record<string, string>,
  ...says: (string | RegExp)[]
): Promise<void> {
  const ended = await mlPipeline(args, env);
  expect(ended.exitCode).not.toBe(0);
  for (const words of says) expect(ended.stdout + ended.stderr).toMatch(words);
  expect(ended.stdout + ended.stderr).not.toMatch(/^\s+at .*\.(ts|js):\d+|(^|\| )Traceback \(most recent/m);
}

export const DVC_SCENARIOS: readonly DvcScenario[] = [
  {
    name: "data is pulled from S3 with a secret, and its hashes and rows are in report, model and image",
    run: async (project, s3) => {
      const md5 = await track(project, place(s3, "whole"), s3);
      await forget(project);
      const call = (...words: string[]) => ["--aws-credentials=env:CREDENTIALS", "run", ...inputs(project), ...words];
      const report = join(project.out, "report");
      const ended = await mlPipeline(call("report", "export", `--path=${report}`), secretsOf(s3));
      expect(ended.exitCode, ended.stderr).toBe(0);
      expect(ended.stdout + ended.stderr).not.toContain(s3.secret);
      const text = await readFile(join(report, "report.json"), "utf8");
      expect(text).not.toContain(s3.secret);
      const { verdict, dvc: revision, hashes, data, stages } = JSON.parse(text) as Report;
      expect(verdict).toBe("passed");
      expect(revision).toBe(`data/rows.csv@${md5}`);
      expect(hashes.data).toMatch(/^sha256:\w{64}$/);
      expect(data?.rows).toBe(1200);
      expect(stages[0]).toMatchObject({ name: "pull data", status: "passed" });

      const model = join(project.out, "model");
      await mlPipeline(call("model", "export", `--path=${model}`), secretsOf(s3));
      const manifest = JSON.parse(await readFile(join(model, "ml-pipeline.json"), "utf8"));
      expect(manifest).toMatchObject({ rows: 1200, dvc: revision, data: hashes.data });

      for (const [label, value] of [
        ["ml-pipeline.data.dvc", revision],
        ["ml-pipeline.data.rows", "1200"],
      ]) {
        const asked = call("image", "container", "label", `--name=${label}`);
        expect((await mlPipeline(asked, secretsOf(s3))).stdout.trim()).toBe(value);
      }

      const again = await mlPipeline(call("--run-id=again", "report", "export", `--path=${report}`), secretsOf(s3));
      expect(again.exitCode, again.stderr).toBe(0);
      const second = JSON.parse(await readFile(join(report, "report.json"), "utf8")) as Report;
      expect(second.stages[0]).toMatchObject({ name: "pull data", status: "passed", cached: true });
    },
  },
  {
    name: "an object in S3 in which a byte was changed stops the run, until it is right again",
    run: async (project, s3) => {
      const url = place(s3, "changed");
      const md5 = await track(project, url, s3);
      const right = await readFile(join(project.source, "data/rows.csv"), "utf8");
      await forget(project);
      const object = `${url}/files/md5/${md5.slice(0, 2)}/${md5.slice(2)}`;
      await s3.put(object, right.replace("yes", "yEs"));
      const args = [...inputs(project), "--aws-credentials=env:CREDENTIALS"];
      const mismatch = `data/rows.csv is not what data/rows.csv.dvc says: its MD5 is \\w{32}, expected ${md5}. It came like this from remote "store"`;
      await refused(["full-pipeline", ...args], secretsOf(s3), new RegExp(mismatch));
      await s3.put(object, right);
      const ended = await mlPipeline(["pull-data", ...args, "export", `--path=${project.out}`], secretsOf(s3));
      expect(ended.exitCode, ended.stderr).toBe(0);
      expect(await readFile(join(project.out, "rows.csv"), "utf8")).toBe(right);
    },
  },
  {
    name: "so does one in a folder of the project",
    run: async (project) => {
      const name = `store-${Date.now()}`;
      const store = join(project.source, name);
      const md5 = await track(project, name);
      await forget(project);
      const object = join(store, "files/md5", md5.slice(0, 2), md5.slice(2));
      const right = await readFile(object, "utf8");
      await rm(object);
      await writeFile(object, right.replace("yes", "yEs"));
      const damage = `the object of data/rows.csv there has the MD5 \\w{32}, expected ${md5}`;
      await refused(["pull-data", ...inputs(project), "entries"], {}, new RegExp(damage));
      await writeFile(object, right);
      const ended = await mlPipeline(["pull-data", ...inputs(project), "entries"]);
      expect(ended.exitCode, ended.stderr).toBe(0);
    },
  },
  {
    name: "a file that differs from its .dvc file stops the run, and is left as it is",
    run: async (project, s3) => {
      const md5 = await track(project, place(s3, "differs"), s3);
      const file = join(project.source, "data/rows.csv");
      const changed = `${await readFile(file, "utf8")}0.5,yes\n`;
      await rm(file);
      await writeFile(file, changed);
      const report = join(project.out, "report");
      const ended = await mlPipeline(["run", ...inputs(project), "report", "export", `--path=${report}`]);
      expect(ended.exitCode, ended.stderr).toBe(0);
      const { failure } = JSON.parse(await readFile(join(report, "report.json"), "utf8")) as Report;
      expect(failure?.stage).toBe("pull data");
      expect(failure?.message).toMatch(
        new RegExp(
          `data/rows.csv is not what .* its MD5 is \\w{32} \\([\\d.]+ (byte|bytes|kB) (larger|smaller)\\), expected ${md5}`,
        ),
      );
      expect(await readFile(file, "utf8")).toBe(changed);
    },
  },
  {
    name: "wrong credentials, none, a bucket and a server that are not there: one clear line each",
    run: async (project, s3) => {
      await track(project, place(s3, "denied"), s3);
      await forget(project);
      const pull = ["pull-data", ...inputs(project), "entries"];
      const secret = "--aws-credentials=env:CREDENTIALS";
      const wrong = { CREDENTIALS: s3.credentials.replace(s3.secret, "wrong-s3cr3t") };
      const denied = /data\/rows\.csv cannot be pulled: remote "store" \(s3:.*\) refuses access: .*--aws-credentials/;
      // What somebody with access has pulled is nobody else's.
      const right = await mlPipeline([...pull.slice(0, -1), secret, "entries"], secretsOf(s3));
      expect(right.exitCode, right.stderr).toBe(0);
      await refused(["pull-data", ...inputs(project), secret, "entries"], wrong, denied);
      await refused(pull, {}, denied);

      const config = join(project.source, ".dvc/config");
      const text = await readFile(config, "utf8");
      await writeFile(config, text.replace(s3.bucket, "another-bucket"));
      const place404 = /there is no such place as remote "store" \(s3:\/\/another-bucket/;
      await refused(["pull-data", ...inputs(project), secret, "entries"], secretsOf(s3), place404);
      await writeFile(config, text.replace(s3.url, "http://127.0.0.1:9"));
      await refused(
        ["pull-data", ...inputs(project), secret, "entries"],
        secretsOf(s3),
        /remote "store" \(.*\) does not answer: .*127\.0\.0\.1:9/,
      );
      await writeFile(config, "");
      await refused(pull, {}, /data\/rows\.csv is not there, and \.dvc\/config names no remote/);
    },
  },
  {
    name: "a folder as remote, and a web server over it; what it lacks is named",
    run: async (project) => {
      // What was pulled is kept by configuration: a name that no earlier run had.
      const name = `store-${Date.now()}`;
      const store = join(dirname(project.source), name);
      const md5 = await track(project, `../${name}`);
      await forget(project);
      const pull = ["pull-data", ...inputs(project)];
      await refused([...pull, "entries"], {}, /remote "store" \(\.\.\/\.\.\/store-\d+\): .*--dvc-storage=PATH/);
      const ended = await mlPipeline([...pull, `--dvc-storage=${store}`, "export", `--path=${project.out}`]);
      expect(ended.exitCode, ended.stderr).toBe(0);
      expect((await readdir(project.out)).sort()).toEqual(["rows.csv", "rows.csv.dvc"]);
      await refused([...pull, "entries"], {}, /remote "store" \(\.\.\/\.\.\/store-\d+\): .*--dvc-storage=PATH/);

      const http = await startHttp(store);
      try {
        await writeFile(
          join(project.source, ".dvc/config"),
          `[core]\n    remote = web\n['remote "web"']\n    url = ${http.url}\n`,
        );
        const web = await mlPipeline([...pull, "entries"]);
        expect(web.exitCode, web.stderr).toBe(0);
        expect(web.stdout).toContain("rows.csv");

        await rm(join(store, "files"), { recursive: true });
        await mkdir(join(store, "files"));
        await writeFile(
          join(project.source, ".dvc/config"),
          `[core]\n    remote = empty\n['remote "empty"']\n    url = ${http.url}\n`,
        );
        await refused([...pull, "entries"], {}, new RegExp(`data/rows.csv \\(${md5}\\) is not in remote "empty"`));
      } finally {
        http.close();
      }
      await writeFile(
        join(project.source, ".dvc/config"),
        `[core]\n    remote = gone\n['remote "gone"']\n    url = ${http.url}\n`,
      );
      await refused([...pull, "entries"], {}, /remote "gone" \(http:.*\) does not answer/);
    },
  },
  {
    name: "a host that is reached by SSH, with a key",
    run: async (project) => {
      const store = join(dirname(project.source), "store");
      await track(project, "../store");
      await forget(project);
      await mkdir(project.out);
      const key = join(project.out, "key");
      const ssh = await startSsh(store, key);
      try {
        await writeFile(
          join(project.source, ".dvc/config"),
          `[core]\n    remote = host\n['remote "host"']\n    url = ${ssh.url.replace("//", "//someone@")}/\n`,
        );
        const pull = ["pull-data", ...inputs(project)];
        await refused([...pull, "entries"], {}, /remote "host" \(ssh:.*\) refuses access: .*--ssh-key/);
        const ended = await mlPipeline([...pull, `--ssh-key=file:${key}`, "entries"]);
        expect(ended.exitCode, ended.stderr).toBe(0);
        expect(ended.stdout).toContain("rows.csv");
      } finally {
        ssh.close();
      }
    },
  },
  {
    name: "a whole folder that data.dvc tracks",
    run: async (project, s3) => {
      await track(project, place(s3, "folder"), s3);
      await rm(join(project.source, "data/rows.csv.dvc"));
      const keys = { AWS_ACCESS_KEY_ID: s3.key, AWS_SECRET_ACCESS_KEY: s3.secret };
      await dvc(
        project.source,
        [
          ["add", "-q", "data"],
          ["push", "-q"],
        ],
        keys,
      );
      const whole = await mlPipeline(["validate-data", ...inputs(project)]);
      expect(whole.exitCode, whole.stderr).toBe(0);
      await rm(join(project.source, ".dvc/cache"), { recursive: true });
      await rm(join(project.source, "data"), { recursive: true });
      await mkdir(join(project.source, "data"));
      const args = [...inputs(project), "--aws-credentials=env:CREDENTIALS"];
      const ended = await mlPipeline(["validate-data", ...args], secretsOf(s3));
      expect(ended.exitCode, ended.stderr).toBe(0);
      expect(ended.stdout).toContain("1,200 rows in 1 file");
    },
  },
];
