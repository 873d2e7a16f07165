# %% [markdown]
# # nn.RNN on one page
#
# Every line here runs. [Lesson 2](02_rnns.ipynb), [lesson 5](05_packing.ipynb) and [lesson 6](06_stacking.ipynb)
# explain it; `make sheets` prints it.

# %%
import torch
from torch import nn
from torch.nn.utils.rnn import (
    pack_padded_sequence,
    pad_packed_sequence,
    pad_sequence,
)

torch.manual_seed(0)
time, batch, features, H = 7, 4, 5, 3

# %% [markdown]
# ## One step
#
# `h = tanh(W_ih x + b_ih + W_hh h_before + b_hh)`. The same weights at every step; `h` is the only memory.

# %%
rnn = nn.RNN(features, H)
x = torch.randn(time, batch, features)
h = torch.zeros(batch, H)
for x_t in x:
    z = x_t @ rnn.weight_ih_l0.T + rnn.bias_ih_l0
    z = z + h @ rnn.weight_hh_l0.T + rnn.bias_hh_l0
    h = z.tanh()
output, h_n = rnn(x)
assert torch.allclose(h, h_n[0], atol=1e-6)

# %% [markdown]
# ## Arguments and their defaults
#
# Only the two sizes are required. Pass the others by name: the fourth positional one is `nonlinearity`.

# %%
same = nn.RNN(features, H, num_layers=1,
              nonlinearity="tanh", bias=True,
              batch_first=False, dropout=0.0,
              bidirectional=False, device=None, dtype=None)
assert repr(same) == repr(rnn)
assert rnn.nonlinearity == "tanh"
assert nn.RNN(5, 3, 1, "relu").nonlinearity == "relu"

# %% [markdown]
# ## Shapes
#
# `L` steps, `N` sequences, `F` features, `H` hidden units, `D` = 2 if bidirectional, else 1.
#
# | tensor | default | `batch_first=True` | one sequence |
# | --- | --- | --- | --- |
# | `x` | (L, N, F) | (N, L, F) | (L, F) |
# | `output` | (L, N, D·H) | (N, L, D·H) | (L, D·H) |
# | `h_0`, `h_n` | (D·layers, N, H) | (D·layers, **N**, H) | (D·layers, H) |

# %%
both = nn.RNN(features, H, num_layers=2, batch_first=True,
              bidirectional=True)
out2, h2 = both(x.transpose(0, 1))
assert out2.shape == (batch, time, 2 * H)
assert h2.shape == (2 * 2, batch, H)
# 2-D input is one sequence, not a batch
assert rnn(x[:, 0])[0].shape == (time, H)

# %% [markdown]
# `output`: the **top layer**, every step. `h_n`: **every layer** and direction, its own last step.

# %%
# one direction, no padding
assert torch.equal(output[-1], h_n[-1])
# two directions: the backward one ends at time 0
assert torch.equal(out2[:, -1, :H], h2[-2])
assert torch.equal(out2[:, 0, H:], h2[-1])
summary = torch.cat([h2[-2], h2[-1]], dim=-1)
assert summary.shape == (batch, 2 * H)

# %% [markdown]
# ## The state
#
# Zeros unless passed as second argument. To go on with the next chunk of a long sequence, pass it detached.

# %%
h_0 = torch.zeros(1, batch, H)
assert torch.equal(rnn(x, h_0)[0], output)
first, state = rnn(x[:4])
second, _ = rnn(x[4:], state.detach())
assert torch.allclose(second, output[4:], atol=1e-6)

# %% [markdown]
# ## Sequences of different lengths
#
# Pad, pack, run, unpack. Lengths on the CPU, none of them 0; say `batch_first` each time or never.

# %%
some = [torch.randn(n, features) for n in (3, 7, 5)]
lengths = torch.tensor([len(one) for one in some])
padded = pad_sequence(some)  # (L, N, F)
packed = pack_padded_sequence(padded, lengths,
                              enforce_sorted=False)
packed_out, last = rnn(packed)
out, _ = pad_packed_sequence(packed_out, total_length=time)
valid = out[lengths - 1, torch.arange(3)]
assert torch.equal(last[0], valid)  # the last valid step

# %% [markdown]
# Packing is allowed, not required: one direction, read at `lengths - 1`, gives the same without it.

# %%
plain, wrong = rnn(padded)
read = plain[lengths - 1, torch.arange(3)]
assert torch.allclose(read, last[0], atol=1e-6)
# h_n of padded input has read the padding
assert not torch.allclose(wrong, last)

# %% [markdown]
# ## Weights and training
#
# One layer has `H (F + H + 2)` parameters, drawn within ±1/√H. Clip between `backward` and `step`.

# %%
count = sum(p.numel() for p in rnn.parameters())
assert count == H * (features + H + 2)
assert all(p.abs().max() <= H**-0.5
           for p in rnn.parameters())
optimizer = torch.optim.Adam(rnn.parameters())
loss = rnn(x)[0].square().mean()
loss.backward()
nn.utils.clip_grad_norm_(rnn.parameters(), max_norm=1.0)
optimizer.step()
optimizer.zero_grad()

# %% [markdown]
# ## Often said, not so
#
# - *"The input is (batch, time, features)."* Only with `batch_first=True`; `h_n` never is.
# - *"`output` has all hidden states."* Those of the top layer.
# - *"bidirectional doubles the output."* The last axis of `output`, the **first** of `h_n`.
# - *"`h_n[-1]` is the summary."* Bidirectional: the backward half only. Concatenate two.
# - *"2-D input is an error."* It is one sequence without a batch.
# - *"More hidden units remember longer."* How long is a matter of `W_hh`: lesson 2 measures it.
