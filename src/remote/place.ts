/** Which machine trains. */
export enum TrainingPlace {
  /** The machine that the engine runs on. */
  HERE = "here",
  /** A cluster of Kubernetes: training.kubernetes says which, and how. */
  KUBERNETES = "kubernetes",
}
