import { describe, expect, it } from "vitest";
import { namesOfOthers, resolverAt } from "../../../local/sandbox/host.ts";
import { hostPorts } from "../../../local/sandbox/host-ports.ts";
import { networkSetting } from "../../../local/sandbox/networks.ts";

describe("the setting of the network", () => {
  it("is one that there is", () => {
    expect(networkSetting({})).toBe("best");
    expect(networkSetting({ ML_PIPELINE_NETWORK: "" })).toBe("best");
    expect(networkSetting({ ML_PIPELINE_NETWORK: "host" })).toBe("host");
    expect(networkSetting({ ML_PIPELINE_NETWORK: "own" })).toBe("own");
    expect(() => networkSetting({ ML_PIPELINE_NETWORK: "none" })).toThrow('ML_PIPELINE_NETWORK is "none"');
  });
});

describe("ports of the host's loopback", () => {
  it("are those that the user names", () => {
    expect(hostPorts({})).toEqual([]);
    expect(hostPorts({ ML_PIPELINE_HOST_PORTS: "3141, 5000,3141," })).toEqual([3141, 5000]);
    for (const wrong of ["x", "0", "65536", "80-90", "1.5", "-1"])
      expect(() => hostPorts({ ML_PIPELINE_HOST_PORTS: `80,${wrong}` })).toThrow("ML_PIPELINE_HOST_PORTS");
  });

  it.each([
    ["http://127.0.0.1:3128", [3128]],
    ["http://user:pass@localhost:3128/", [3128]],
    ["localhost:8080", [8080]],
    ["http://[::1]:3128", [3128]],
    ["socks5://127.0.0.1", [1080]],
    ["http://localhost", [80]],
    ["http://proxy.example:3128", []],
    ["http://127.0.0.1.example:3128", []],
    ["", []],
  ])("are those of the proxy %s", (proxy, ports) => {
    expect(hostPorts({ https_proxy: proxy })).toEqual(ports);
    expect(hostPorts({ ALL_PROXY: proxy })).toEqual(ports);
  });
});

describe("names in a container's network", () => {
  it("are looked up where the container can ask", () => {
    const host = "# by hand\nnameserver 127.0.0.53\nnameserver 10.0.0.1\nsearch lan\noptions edns0\n";
    expect(resolverAt("10.231.0.3", host)).toBe("nameserver 10.231.0.3\nsearch lan\noptions edns0\n");
  });

  it("are the host's, but for those of its loopback", () => {
    const hosts = "127.0.0.1 localhost\n127.0.1.1 me\n::1 ip6\n# 10.0.0.1 x\n\n10.0.0.5 mirror\nfd00::5 six\n";
    expect(namesOfOthers(hosts)).toEqual(["10.0.0.5 mirror", "fd00::5 six"]);
  });
});
