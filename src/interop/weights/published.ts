/** The released code of Lim et al. 2021: the noisy cell with a learned step. */
import { InputError } from '../../errors.js';
import { fromPublished } from '../published.js';
import type { WeightFormat } from './format.js';

export const published: WeightFormat = {
  description: 'the released model of Lim et al. 2021',
  recognises: () => true,
  read: (tensors, { model = 'noisy' }) => {
    if (!['noisy', 'lipschitz'].includes(model.split(':')[0]!))
      throw new InputError(
        `model "${model}" has no published PyTorch names; only noisy (and lipschitz) can be imported`,
      );
    const { parameters, sizes } = fromPublished(tensors);
    return { parameters, sizes, settings: { model, units: sizes.units, step: 'learned' } };
  },
};
