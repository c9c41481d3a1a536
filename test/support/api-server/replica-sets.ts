import { BEHAVIOURS, type Behaviour, type BehaviourName } from "./behaviours.ts";
import { type Metadata, type Pod, type ReplicaSet, same, type Template, timeText } from "./objects.ts";

/** What pods of an image do, by a part of its name; those of others are good. */
export type Behaviours = Readonly<Record<string, BehaviourName>>;

export function behaviourOf(pod: Pod, behaviours: Behaviours): Behaviour {
  const image = pod.spec.containers[0]?.image ?? "";
  return BEHAVIOURS[Object.entries(behaviours).find(([part]) => image.includes(part))?.[1] ?? "good"];
}

/** Who makes ReplicaSets, and how it tells them apart. */
export interface Owner {
  readonly kind: string;
  readonly metadata: Metadata;
  /** The label that the pods of each have. */
  readonly label: string;
  /** The annotation that numbers them. */
  readonly revision: string;
  /** What the API server fills in that the template of the owner does not have. */
  readonly filled?: object;
}

/** The ReplicaSets of one owner, and their pods. */
export class ReplicaSets {
  readonly all: ReplicaSet[] = [];
  readonly #owner: Owner;
  readonly #behaviours: Behaviours;
  #pods: { readonly pod: Pod; readonly born: number }[] = [];
  #count = 0;

  constructor(owner: Owner, behaviours: Behaviours) {
    this.#owner = owner;
    this.#behaviours = behaviours;
  }

  /** The one that makes pods of a template, which is made where there is none; it is the newest afterwards. */
  current(template: Template, replicas: number, born: number): ReplicaSet {
    const { metadata, revision } = this.#owner;
    const filled = this.#filled(template);
    const found =
      this.all.find((one) => same(this.#bare(one.spec.template), filled)) ?? this.#make(filled, replicas, born);
    const newest = Math.max(...this.all.map(this.#numberOf));
    const number = this.#numberOf(found) === newest && newest > 0 ? newest : newest + 1;
    metadata.annotations = { ...metadata.annotations, [revision]: String(number) };
    found.metadata.annotations = { ...metadata.annotations };
    return found;
  }

  newest(): ReplicaSet | undefined {
    return this.all.toSorted((one, other) => this.#numberOf(other) - this.#numberOf(one))[0];
  }

  #filled(template: Template): Template {
    const { filled } = this.#owner;
    if (filled === undefined) return template;
    return {
      ...template,
      spec: { ...template.spec, containers: template.spec.containers.map((one) => ({ ...filled, ...one })) },
    };
  }

  #bare(template: Template): Template {
    const { [this.#owner.label]: _, ...labels } = template.metadata.labels;
    return { ...template, metadata: { ...template.metadata, labels } };
  }

  #numberOf = (set: ReplicaSet): number => Number(set.metadata.annotations?.[this.#owner.revision] ?? 0);

  #make(given: Template, replicas: number, born: number): ReplicaSet {
    const { kind, metadata, label } = this.#owner;
    const hash = (++this.#count).toString(36).padStart(6, "c");
    const template = structuredClone(given);
    template.metadata.labels = { ...template.metadata.labels, [label]: hash };
    const name = `${metadata.name}-${hash}`;
    const made: ReplicaSet = {
      ...{ apiVersion: "apps/v1", kind: "ReplicaSet" },
      metadata: {
        ...{ name, uid: `s-${name}`, creationTimestamp: timeText(born), annotations: {} },
        labels: template.metadata.labels,
        ownerReferences: [{ kind, name: metadata.name, uid: metadata.uid, controller: true }],
      },
      spec: { replicas, template },
      status: { replicas: 0, availableReplicas: 0 },
    };
    this.all.push(made);
    return made;
  }

  /** Lets one have so many pods. */
  scale(set: ReplicaSet, count: number, born: number): void {
    const own = this.#of(set);
    const gone = new Set(own.slice(count));
    this.#pods = this.#pods.filter((one) => !gone.has(one));
    for (let index = own.length; index < count; index++) this.#pods.push({ pod: this.#makePod(set, born), born });
  }

  #makePod(set: ReplicaSet, born: number): Pod {
    const name = `${set.metadata.name}-${(++this.#count).toString(36).padStart(5, "x")}`;
    return {
      ...{ apiVersion: "v1", kind: "Pod" },
      metadata: {
        ...{ name, uid: `p-${name}`, creationTimestamp: timeText(born), labels: set.spec.template.metadata.labels },
        ownerReferences: [{ kind: "ReplicaSet", name: set.metadata.name, uid: set.metadata.uid, controller: true }],
      },
      spec: set.spec.template.spec,
      status: { phase: "Pending", conditions: [], containerStatuses: [] },
    };
  }

  #of = (set: ReplicaSet) =>
    this.#pods.filter(({ pod }) => pod.metadata.ownerReferences?.[0]?.uid === set.metadata.uid);

  #isReady = ({ pod, born }: { readonly pod: Pod; readonly born: number }): boolean =>
    behaviourOf(pod, this.#behaviours).ready(Date.now() - born);

  /** How many pods one has, and how many of them are ready; those of all of them without it. */
  counts(set?: ReplicaSet): { readonly all: number; readonly ready: number } {
    const pods = set === undefined ? this.#pods : this.#of(set);
    return { all: pods.length, ready: pods.filter(this.#isReady).length };
  }

  /** Removes the pods of all others, or those of them that never served. */
  clear(kept: ReplicaSet, which: "all" | "unready"): void {
    const own = new Set(this.#of(kept));
    this.#pods = this.#pods.filter((one) => own.has(one) || (which === "unready" && this.#isReady(one)));
  }

  count(): void {
    for (const one of this.all) {
      const { all, ready } = this.counts(one);
      one.status = { replicas: all, availableReplicas: ready };
    }
  }

  pods(): Pod[] {
    return this.#pods.map(({ pod, born }) => ({
      ...pod,
      status: behaviourOf(pod, this.#behaviours).status(pod, Date.now() - born),
    }));
  }
}
