// A damped pendulum with learned constants, driven by noise: exact gradient, Hessian-vector product and antithetic path.
import {
  buildModel,
  createObjective,
  createReferenceEngine,
  defineCell,
  deriveKey,
  initialise,
  multiply,
  parseNoise,
  sin,
  solverNamed,
  startAt,
  subtract,
} from 'noisy-rnn';

const pendulum = defineCell({
  name: 'pendulum',
  state: () => ({ angle: 1, velocity: 1 }),
  parameters: () => ({
    stiffness: { shape: [1], initial: startAt(4) },
    damping: { shape: [1], initial: startAt(0.3) },
  }),
  drift: ({ state: { angle, velocity }, input, parameters: { stiffness, damping } }) => ({
    angle: velocity,
    velocity: subtract(subtract(input, multiply(stiffness, sin(angle))), multiply(damping, velocity)),
  }),
  noisy: ['velocity'],
});

const model = buildModel({
  layers: [
    {
      cell: pendulum,
      units: 1,
      noise: parseNoise('sde:add=0.1'),
      solver: solverNamed('heun'),
      step: { kind: 'fixed', delta: 0.05 },
    },
  ],
  inputs: 1,
  outputs: 2,
  readout: 'last',
});
const parameters = initialise(model.parameters, 1);
const steps = 100;
const push = Float64Array.from({ length: 2 * steps }, (_, i) => (i < steps ? 1 : -1) * Math.cos((i % steps) / 10));
const batch = { rows: 2, steps, inputs: push, labels: [0, 1] };
const objective = createObjective(model, createReferenceEngine());
const noise = { key: deriveKey(1, 'example'), samples: Uint32Array.of(0, 1) };

const { loss, gradient } = await objective.gradient(parameters, batch, noise);
const mirrored = await objective.loss(parameters, batch, { ...noise, sign: -1 });
const curvature = await objective.hessianVector(parameters, batch, gradient, noise);
console.log('loss', loss, 'on the antithetic path', mirrored.loss);
console.log('∂loss/∂stiffness', gradient.stiffness.data[0], '∂loss/∂damping', gradient.damping.data[0]);
console.log('H·gradient, stiffness', curvature.stiffness.data[0]);
