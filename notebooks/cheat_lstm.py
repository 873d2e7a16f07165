# %% [markdown]
# # nn.LSTM on one page
#
# Every line here runs. [Lesson 3](03_gates.ipynb) to [lesson 7](07_gradient_flow.ipynb) explain it; `make sheets`
# prints it.

# %%
import torch
from torch import nn
from torch.nn.utils.rnn import (
    pack_padded_sequence,
    pad_packed_sequence,
)

torch.manual_seed(0)
time, batch, features, H = 7, 4, 5, 3

# %% [markdown]
# ## One step
#
# Four blocks in the order **i, f, g, o**, all read `x` and the previous `h`, none reads `c`. Gates `i`, `f`, `o`
# are sigmoids and multiply; the candidate `g` is a tanh. The new `c` is a sum, the new `h` a product.

# %%
lstm = nn.LSTM(features, H)
x = torch.randn(time, batch, features)
h = c = torch.zeros(batch, H)
for x_t in x:
    z = x_t @ lstm.weight_ih_l0.T + lstm.bias_ih_l0
    z = z + h @ lstm.weight_hh_l0.T + lstm.bias_hh_l0
    i, f, g, o = z.chunk(4, dim=1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * c.tanh()
output, (h_n, c_n) = lstm(x)
assert torch.allclose(h, h_n[0], atol=1e-6)
assert torch.allclose(c, c_n[0], atol=1e-6)

# %% [markdown]
# ## Arguments and their defaults
#
# Only the two sizes are required. Pass the others by name: the fourth positional one is `bias`.

# %%
same = nn.LSTM(features, H, num_layers=1, bias=True,
               batch_first=False, dropout=0.0,
               bidirectional=False, proj_size=0,
               device=None, dtype=None)
assert repr(same) == repr(lstm)
assert nn.LSTM(features, H, 1, True).batch_first is False

# %% [markdown]
# ## Shapes
#
# `L` steps, `N` sequences, `F` features, `H` hidden units, `D` = 2 if bidirectional, else 1; `P` is `proj_size` if
# set, else `H`.
#
# | tensor | default | `batch_first=True` | one sequence |
# | --- | --- | --- | --- |
# | `x` | (L, N, F) | (N, L, F) | (L, F) |
# | `output` | (L, N, D·P) | (N, L, D·P) | (L, D·P) |
# | `h_0`, `h_n` | (D·layers, N, P) | (D·layers, **N**, P) | (D·layers, P) |
# | `c_0`, `c_n` | (D·layers, N, H) | (D·layers, **N**, H) | (D·layers, H) |

# %%
big = nn.LSTM(features, H, num_layers=2, batch_first=True,
              bidirectional=True)
out2, (h2, c2) = big(x.transpose(0, 1))
assert out2.shape == (batch, time, 2 * H)
assert h2.shape == c2.shape == (2 * 2, batch, H)
# "meta": shapes without numbers
small = nn.LSTM(features, H, proj_size=2, device="meta")
_, (h3, c3) = small(x.to("meta"))
assert h3.shape[-1] == 2 and c3.shape[-1] == H

# %% [markdown]
# `output`: `h` of the **top layer**, every step. `h_n`, `c_n`: **every layer** and direction, its own last step.
# The `c` of other steps is not returned.

# %%
# one direction, no padding
assert torch.equal(output[-1], h_n[-1])
# two directions: the backward one ends at time 0
summary = torch.cat([h2[-2], h2[-1]], dim=-1)
assert torch.equal(summary[:, :H], out2[:, -1, :H])
assert torch.equal(summary[:, H:], out2[:, 0, H:])

# %% [markdown]
# ## The state
#
# A pair `(h, c)`, in this order; zeros unless passed. To go on with the next chunk, pass both detached.

# %%
first, state = lstm(x[:4])
h_4, c_4 = (s.detach() for s in state)
second, _ = lstm(x[4:], (h_4, c_4))
assert torch.allclose(second, output[4:], atol=1e-6)

# %% [markdown]
# ## The forget bias is a timescale
#
# As built, `f` is about 0.5: half of a memory goes at each step, and gradients vanish here too. A bias of
# `ln(f / (1 - f))` with `f = 0.5 ** (1 / n)` keeps half over `n` steps. There are two biases: set one, clear one.

# %%
n = 30
f = torch.tensor(0.5 ** (1 / n))
with torch.no_grad():
    lstm.bias_ih_l0[H : 2 * H] = torch.logit(f)  # 3.76
    lstm.bias_hh_l0[H : 2 * H] = 0.0
assert round((f**n).item(), 3) == 0.5
assert round(torch.logit(f).item(), 2) == 3.76

# %% [markdown]
# ## Sequences of different lengths
#
# Lengths on the CPU, none of them 0. Bidirectional layers need packing; one direction can read at `lengths - 1`.

# %%
lengths = torch.tensor([3, 7, 5, 1])
packed = pack_padded_sequence(x, lengths,
                              enforce_sorted=False)
packed_out, (last, _) = lstm(packed)
out, _ = pad_packed_sequence(packed_out, total_length=time)
valid = out[lengths - 1, torch.arange(batch)]
assert torch.equal(last[0], valid)  # the last valid step

# %% [markdown]
# ## Weights, dropout, training
#
# `4 H (F + H + 2)` parameters in one layer: four times nn.RNN, a GRU has three. `dropout` acts between layers
# only, with a fresh mask at each step, and not in `eval()`. Clip between `backward` and `step`.

# %%
count = sum(p.numel() for p in lstm.parameters())
assert count == 4 * H * (features + H + 2)
two = nn.LSTM(features, H, num_layers=2, dropout=0.5)
assert not torch.equal(two(x)[0], two(x)[0])
two.eval()
assert torch.equal(two(x)[0], two(x)[0])


# %% [markdown]
# A classifier of token sequences, and one step of its training:

# %%
class Classifier(nn.Module):
    def __init__(self, words, classes):
        super().__init__()
        self.embed = nn.Embedding(words, 8)
        self.lstm = nn.LSTM(8, 16)
        self.head = nn.Linear(16, classes)

    def forward(self, tokens):  # (time, batch)
        _, (h_n, _) = self.lstm(self.embed(tokens))
        return self.head(h_n[-1])  # (batch, classes)


model = Classifier(words=50, classes=2)
adam = torch.optim.Adam(model.parameters())
logits = model(torch.randint(50, (time, batch)))
target = torch.tensor([0, 1, 1, 0])
nn.functional.cross_entropy(logits, target).backward()
nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
adam.step()
assert logits.shape == (batch, 2)

# %% [markdown]
# ## Often said, not so
#
# - *"Gates add to the state."* They multiply; `i * g` is added.
# - *"`h` is short-term, `c` long-term memory."* A mnemonic: `f = 0` clears `c` in one step.
# - *"LSTM gradients do not vanish."* As built they do; a forget bias that fits the task helps.
# - *"batch_first puts the batch first."* In `x` and `output`, never in `h_n` and `c_n`.
# - *"`output[-1]` after `output = lstm(x)`."* That is `(h_n, c_n)`: unpack the pair.
# - *"`hidden_size` features come out."* `D·P` of them.
