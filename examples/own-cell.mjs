import { add, defineCell, fanIn, matmul, orthogonal, subtract, tanh } from 'noisy-rnn';
import { train } from 'noisy-rnn/node';

const leaky = defineCell({
  name: 'leaky',
  state: ({ units }) => ({ h: units }),
  parameters: ({ units, inputs }) => ({
    W: { shape: [units, units], initial: orthogonal },
    U: { shape: [units, inputs], initial: fanIn(inputs) },
  }),
  drift: ({ state: { h }, input, parameters: { W, U } }) => ({
    h: subtract(tanh(add(matmul(W, h), matmul(U, input))), h),
  }),
});

const { test } = await train({ model: leaky, noise: 'sde:add=0.05', units: 32, epochs: 10, out: 'runs/leaky' });
console.log(`accuracy on ${test.count} test beats: ${test.accuracy.toFixed(3)}`);
