import { dockerMatcher } from "./ignore/docker.ts";

/*
 * Files that hold secrets by their name. They get into no image, whether or not a `.gitignore` names them. In a folder of secrets,
 * Python modules are code that reads them, and stay.
 */

const PATTERNS = [
  ...["secrets", ".secrets", "!secrets/**/*.py"],
  ...[".env*", "*.env", ".netrc", "_netrc", ".git-credentials", ".pgpass", ".my.cnf", ".htpasswd", ".vault-token"],
  ...[
    ".pypirc",
    ".npmrc",
    "pip.conf",
    "pip.ini",
    ".dockercfg",
    ".docker/config.json",
    ".s3cfg",
    ".boto",
    ".databrickscfg",
  ],
  ...[".aws", ".azure", ".gcloud", ".config/gcloud", ".kube", "kubeconfig", ".ssh", ".gnupg", ".kaggle", "kaggle.json"],
  ...["id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "*.pem", "*.key", "*.ppk"],
  ...["*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.tfstate", "*.tfstate.backup", "*.tfvars"],
  ...["secrets.toml", "secrets.yaml", "secrets.yml", "secrets.json", ".dvc/config.local"],
  ...["credentials.json", "client_secret*.json", "*service[_\\-]account*.json"],
];

const atEveryDepth = (pattern: string): string =>
  pattern.startsWith("!") ? `!**/${pattern.slice(1)}` : `**/${pattern}`;

const named = dockerMatcher(PATTERNS.map(atEveryDepth), "secret files");

/** Certificates of authorities are in many packages, and keys are found by their text. Examples are none. */
const HARMLESS_IF_PACKED = /\.(pem|key)$|example|sample|template/;

/** The same of a file in an archive, where only what cannot be anything else counts. */
export const isPackedSecretFile = (path: string): boolean =>
  isSecretFile(path) && !HARMLESS_IF_PACKED.test(path.toLowerCase());

/** Whether a file's name, or that of a folder above it, says that it holds a secret. */
export const isSecretFile = (path: string): boolean => named(path.toLowerCase());
