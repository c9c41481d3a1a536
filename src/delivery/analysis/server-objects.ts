import { type Analysis, SERVER_PORT, serverName, servicesOf } from "./analysis.ts";
import type { Yaml } from "./yaml.ts";

/* What the server runs as in a cluster. */

/** The user of the image. */
export const SERVER_USER = 10_001;

const labelsOf = (analysis: Analysis): Readonly<Record<string, string>> => ({
  "app.kubernetes.io/name": serverName(analysis),
  "app.kubernetes.io/managed-by": "ml-pipeline",
});

const metadataOf = (analysis: Analysis): Yaml => ({
  name: serverName(analysis),
  namespace: analysis.namespace,
  labels: labelsOf(analysis),
});

const probe = (more: { readonly [key: string]: Yaml }): Yaml => ({
  httpGet: { path: "/health", port: "http" },
  timeoutSeconds: 3,
  ...more,
});

/** One pod, since what is known of a candidate is in memory. */
const deployment = (analysis: Analysis, image: string): Yaml => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: metadataOf(analysis),
  spec: {
    replicas: 1,
    strategy: { type: "Recreate" },
    selector: { matchLabels: labelsOf(analysis) },
    template: {
      metadata: { labels: labelsOf(analysis) },
      spec: {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: SERVER_USER,
          runAsGroup: SERVER_USER,
          seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [
          {
            name: "analysis",
            image,
            ports: [{ name: "http", containerPort: SERVER_PORT }],
            env: [{ name: "ANALYSIS_SERVICES", value: servicesOf(analysis) }],
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ["ALL"] },
            },
            resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "512Mi" } },
            readinessProbe: probe({ periodSeconds: 5 }),
            livenessProbe: probe({ periodSeconds: 20, failureThreshold: 5 }),
          },
        ],
      },
    },
  },
});

const service = (analysis: Analysis): Yaml => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: metadataOf(analysis),
  spec: { selector: labelsOf(analysis), ports: [{ name: "http", port: SERVER_PORT, targetPort: "http" }] },
});

/** Only what moves the traffic may ask the server, which itself may ask pods of its namespace, and what names are. */
const networkPolicy = (analysis: Analysis, controllerNamespace: string): Yaml => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: metadataOf(analysis),
  spec: {
    podSelector: { matchLabels: labelsOf(analysis) },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      {
        from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": controllerNamespace } } }],
        ports: [{ protocol: "TCP", port: SERVER_PORT }],
      },
    ],
    egress: [
      { to: [{ podSelector: {} }] },
      {
        ports: [
          { protocol: "UDP", port: 53 },
          { protocol: "TCP", port: 53 },
        ],
      },
    ],
  },
});

/**
 * @param image by its digest
 * @param controllerNamespace from where alone it may be asked; from everywhere when absent
 */
export const serverObjects = (
  analysis: Analysis,
  image: string,
  controllerNamespace: string | undefined,
): readonly Yaml[] => [
  deployment(analysis, image),
  service(analysis),
  ...(controllerNamespace === undefined ? [] : [networkPolicy(analysis, controllerNamespace)]),
];
