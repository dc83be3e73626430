/** Our names as Python identifiers. */
const keywords = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if ' +
    'import in is lambda nonlocal not or pass raise return try while with'
  ).split(' '),
);

/** Attributes that `nn.Module` and the written class keep for themselves. */
const taken = new Set(
  (
    'noise noisy training forward prepare scan outputs predict probabilities normal uniform kept constant expanded state_at_start ' +
    'mean scale fill target_mean target_scale T_destination add_module apply bfloat16 buffers call_super_init children compile ' +
    'cpu cuda double dump_patches eval extra_repr float get_buffer get_extra_state get_parameter get_submodule half ipu ' +
    'load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters register_buffer ' +
    'register_forward_hook register_forward_pre_hook register_load_state_dict_post_hook register_module register_parameter ' +
    'register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty train ' +
    'type xpu zero_grad'
  ).split(' '),
);

/** A function from names to distinct identifiers, the same for the same name. */
export function identifiers(reserved: ReadonlySet<string> = new Set()): (name: string) => string {
  const known = new Map<string, string>();
  const used = new Set<string>();
  return (name) => {
    let own = known.get(name);
    if (own !== undefined) return own;
    own = name.replaceAll(/\W/g, '_');
    while (keywords.has(own) || reserved.has(own) || used.has(own)) own += '_';
    known.set(name, own);
    used.add(own);
    return own;
  };
}

/** Of parameters, as attributes of the class. */
export const attributeNames = () => identifiers(taken);
