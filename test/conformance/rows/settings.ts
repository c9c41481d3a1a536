import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ContainerID } from "dagger-sdk";
import { fails, type Row } from "../row.ts";

/** Settings, which run nothing and are read back as they were set. */
export const settings: readonly Row[] = [
  {
    name: "version names the API",
    run: async (dag) => /^v?0\.21\./.test(await dag.version()),
    expect: true,
  },
  {
    name: "the default platform is the containers' platform",
    run: async (dag) => (await dag.defaultPlatform()) === (await dag.container().platform()),
    expect: true,
  },
  {
    name: "an environment variable is set, replaced and removed",
    run: async (dag) => {
      const set = dag.container().withEnvVariable("A", "1").withEnvVariable("B", "2").withEnvVariable("A", "3");
      const names = async (container: typeof set) =>
        Promise.all(
          (await container.envVariables()).map(async (entry) => `${await entry.name()}=${await entry.value()}`),
        );
      return [await names(set), await set.envVariable("A"), await names(set.withoutEnvVariable("A"))];
    },
    expect: [["A=3", "B=2"], "3", ["B=2"]],
  },
  {
    name: "an absent environment variable is null",
    run: (dag) => dag.container().envVariable("NOPE"),
    expect: null,
  },
  {
    name: "expand replaces variables of the container",
    run: (dag) =>
      dag
        .container()
        .withEnvVariable("A", "one")
        .withEnvVariable("B", "$A-${A}-$NOPE", { expand: true })
        .envVariable("B"),
    expect: "one-one-",
  },
  {
    name: "without expand a variable is text",
    run: (dag) => dag.container().withEnvVariable("B", "$A").envVariable("B"),
    expect: "$A",
  },
  {
    name: "the working directory is relative to the one before",
    run: async (dag) => {
      const container = dag.container().withWorkdir("/a").withWorkdir("b/../c");
      return [await container.workdir(), await container.withoutWorkdir().workdir()];
    },
    expect: ["/a/c", ""],
  },
  {
    name: "the user is set and removed",
    run: async (dag) => {
      const container = dag.container().withUser("nobody");
      return [await container.user(), await container.withoutUser().user()];
    },
    expect: ["nobody", ""],
  },
  {
    name: "the program of a terminal is no setting that a command sees",
    run: async (dag) => {
      const container = dag.container().withDefaultArgs(["a"]);
      return await container.withDefaultTerminalCmd(["bash"]).defaultArgs();
    },
    expect: ["a"],
  },
  {
    name: "labels are set, read and removed",
    run: async (dag) => {
      const container = dag.container().withLabel("a", "1").withLabel("b", "2");
      const labels = await container.withoutLabel("a").labels();
      return [
        await container.label("a"),
        await container.label("c"),
        await Promise.all(labels.map((label) => label.name())),
      ];
    },
    expect: ["1", null, ["b"]],
  },
  {
    name: "entrypoint and default arguments",
    run: async (dag) => {
      const container = dag.container().withDefaultArgs(["x"]).withEntrypoint(["run", "it"], { keepDefaultArgs: true });
      return [
        await container.entrypoint(),
        await container.defaultArgs(),
        await container.withoutEntrypoint({ keepDefaultArgs: true }).defaultArgs(),
        await container.withoutDefaultArgs().defaultArgs(),
      ];
    },
    expect: [["run", "it"], ["x"], ["x"], []],
  },
  {
    name: "a new entrypoint drops the default arguments",
    run: (dag) => dag.container().withDefaultArgs(["x"]).withEntrypoint(["run"]).defaultArgs(),
    expect: [],
  },
  {
    name: "exposed ports are set, described and removed",
    run: async (dag) => {
      const container = dag.container().withExposedPort(80, { description: "web" }).withExposedPort(81);
      // Dagger's are in no order.
      const describe = async (ports: Awaited<ReturnType<typeof container.exposedPorts>>) =>
        (
          await Promise.all(
            ports.map(
              async (port) => [await port.port(), await port.protocol(), (await port.description()) || null] as const,
            ),
          )
        ).sort(([one], [other]) => one - other);
      return [
        await describe(await container.exposedPorts()),
        await describe(await container.withoutExposedPort(80).exposedPorts()),
      ];
    },
    expect: [
      [
        [80, "TCP", "web"],
        [81, "TCP", null],
      ],
      [[81, "TCP", null]],
    ],
  },
  {
    name: "a health check is set and read",
    run: async (dag) => {
      const check = dag
        .container()
        .withDockerHealthcheck(["curl", "localhost"], { interval: "30s", timeout: "1m30s", retries: 4 })
        .dockerHealthcheck();
      return [
        await check.args(),
        await check.interval(),
        await check.timeout(),
        await check.retries(),
        await check.shell(),
      ];
    },
    expect: [["curl", "localhost"], "30s", "1m30s", 4, false],
  },
  {
    name: "mounts are listed and removed",
    run: async (dag) => {
      const container = dag
        .container()
        .withMountedTemp("/tmp")
        .withMountedCache("/cache", dag.cacheVolume("conformance"));
      return [await container.mounts(), await container.withoutMount("/tmp").mounts()];
    },
    expect: [["/tmp", "/cache"], ["/cache"]],
  },
  {
    name: "a container has the configuration of its image",
    run: async (_dag, { base }) => (await base.envVariable("PATH"))?.includes("/usr/bin"),
    expect: true,
  },
  {
    name: "the reference of an image has its digest",
    run: async (dag, { image }) => /^[^@]+@sha256:[0-9a-f]{64}$/.test(await dag.container().from(image).imageRef()),
    expect: true,
  },
  {
    name: "a container that is more than an image has no reference",
    run: (_dag, { base }) => base.withExec(["true"]).imageRef(),
    expect: fails(/Image reference can only be retrieved immediately after/),
  },
  {
    name: "an ID can be loaded",
    run: async (dag) => {
      const id = (await dag.container().withEnvVariable("A", "1").id()) as string as ContainerID;
      return dag.loadContainerFromID(id).envVariable("A");
    },
    expect: "1",
  },
  {
    name: "a label has a name and a value",
    run: async (dag) => {
      const [label] = await dag.container().withLabel("a", "1").labels();
      return [await label?.name(), await label?.value()];
    },
    expect: ["a", "1"],
  },
  {
    name: "a health check has start times, and is removed",
    run: async (dag) => {
      const container = dag
        .container()
        .withDockerHealthcheck(["true"], { startPeriod: "1m0s", startInterval: "500ms", shell: true });
      const check = container.dockerHealthcheck();
      return [
        await check.startPeriod(),
        await check.startInterval(),
        await check.shell(),
        await container.withoutDockerHealthcheck().dockerHealthcheck().args(),
      ];
    },
    expect: ["1m0s", "500ms", true, null],
  },
  {
    name: "a port says whether a service waits for it",
    run: async (dag) => {
      const ports = await dag.container().withExposedPort(80, { experimentalSkipHealthcheck: true }).exposedPorts();
      return ports[0]?.experimentalSkipHealthcheck();
    },
    expect: true,
  },
  {
    name: "a missing graphics card is an error at once",
    run: (_dag, { base }) => base.experimentalWithAllGPUs().withExec(["true"]).sync(),
    needsNoGpu: true,
    expect: fails(/GPU support is not enabled, set _EXPERIMENTAL_DAGGER_GPU_SUPPORT/),
  },
  {
    name: "an address gives a value, a directory, a file, a secret or a container",
    run: async (dag, { folder, image }) => {
      await writeFile(join(folder, "a.txt"), "text");
      return [
        await dag.address(folder).value(),
        await dag.address(folder).directory().entries(),
        await dag.address(join(folder, "a.txt")).file().contents(),
        await dag.address("env://CONFORMANCE_SECRET").secret().plaintext(),
        (await dag.address(image).container().envVariable("PATH"))?.includes("/usr/bin"),
      ].slice(1);
    },
    expect: [["a.txt"], "text", "from the environment", true],
  },
];
