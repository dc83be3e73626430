/** A Job of workers for Kubernetes: pods on one shared volume, each of which takes what is left. */
import { stringify } from 'yaml';

export interface KubernetesJob {
  readonly name: string;
  readonly tasks: number;
  readonly image: string;
  /** Persistent volume claim that many may write to. */
  readonly claim: string;
  /** Arguments of `noisy-rnn`, paths as the pods see them. */
  readonly args: readonly string[];
}

/** Where the volume is in the pods. */
export const mountPath = '/studies';

/**
 * As YAML. A worker that has saved and stopped (130, 143), or whose node goes away, is started again and not counted
 * against the limit; one that was given something unusable (2) ends the job, since it would fail every time.
 */
export function kubernetesYaml(job: KubernetesJob): string {
  return stringify(kubernetesJob(job), { lineWidth: 0 });
}

export function kubernetesJob({ name, tasks, image, claim, args }: KubernetesJob) {
  const container = 'worker';
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels: { 'app.kubernetes.io/name': 'noisy-rnn' } },
    spec: {
      parallelism: tasks,
      completions: tasks,
      backoffLimit: 6,
      podFailurePolicy: {
        rules: [
          { action: 'FailJob', onExitCodes: { containerName: container, operator: 'In', values: [2] } },
          { action: 'Ignore', onExitCodes: { containerName: container, operator: 'In', values: [130, 143] } },
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        ],
      },
      template: {
        metadata: { labels: { 'app.kubernetes.io/name': 'noisy-rnn' } },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 120,
          containers: [
            {
              name: container,
              image,
              args: [...args],
              resources: { requests: { cpu: '2', memory: '2Gi' }, limits: { memory: '4Gi' } },
              volumeMounts: [{ name: 'studies', mountPath }],
            },
          ],
          volumes: [{ name: 'studies', persistentVolumeClaim: { claimName: claim } }],
        },
      },
    },
  };
}
