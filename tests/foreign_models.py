"""A fifth foreign course for foreign.py: models that its tests train, save and freeze, and what students' code keeps."""

MODELS = r"""
#: plain
import collections, contextlib, copy, io, threading
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F
#: answer net
class Net(nn.Module):
    def __init__(self, inputs, hidden=8):
        super().__init__()
        self.fc1 = nn.Linear(inputs, hidden)
        self.fc2 = nn.Linear(hidden, 1)
    def forward(self, x): return self.fc2(torch.relu(self.fc1(x)))
#: wrong
class Net(nn.Module):
    def __init__(self, inputs, hidden=8):
        super().__init__()
        self.layers = [nn.Linear(inputs, hidden), nn.Linear(hidden, 1)]
    def forward(self, x): return self.layers[1](self.layers[0](x)).detach()
#: test test_train 3
torch.manual_seed(0)
model = Net(2, hidden=16)
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
x = torch.randn(64, 2)
y = x[:, :1] * x[:, 1:]
losses = []
for _ in range(30):
    optimizer.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 5.0)
    optimizer.step()
    losses.append(loss.item())
assert losses[-1] < 0.8 * losses[0]
#: hidden
model.fc1.requires_grad_(False)
before = copy.deepcopy(model)
model(x).sum().backward()
with torch.no_grad():
    for p in model.parameters():
        if p.requires_grad: p -= 0.1 * p.grad
assert torch.equal(model.fc1.weight, before.fc1.weight) and not torch.equal(model.fc2.bias, before.fc2.bias)
#: test test_save 2
one, other = Net(3), Net(3)
buffer = io.BytesIO()
torch.save(one.state_dict(), buffer)
buffer.seek(0)
other.load_state_dict(torch.load(buffer))
x = torch.randn(4, 3)
assert torch.equal(one(x), other(x)) and {'fc1.weight', 'fc2.bias'} <= set(other.state_dict())
#: test test_hook 1
sizes, seen = [], Net(3)
hook = seen.fc1.register_forward_hook(lambda layer, given, out: sizes.append(tuple(out.shape)))
seen(torch.ones(5, 3))
hook.remove()
seen(torch.ones(5, 3))
assert sizes == [(5, 8)]
net = nn.Sequential(Net(3), nn.Tanh())
assert isinstance(net[0].fc1, nn.Linear) and net(torch.ones(2, 3)).abs().max() <= 1
#: answer trainer
class Trainer:
    def __init__(self, model): self.model = model
    def step(self, x):
        self.model.zero_grad()
        loss = (self.model(x) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for p in self.model.parameters(): p -= 0.1 * p.grad
        return loss.item()
#: wrong
class Trainer:
    def __init__(self, model): self.model = copy.deepcopy(model)
    def step(self, x):
        with torch.no_grad():
            for p in self.model.parameters(): p *= 0.9
        return 0.0
#: test test_trainer 2
line = nn.Linear(2, 1)
kept = line.weight.detach().clone()
trainer = Trainer(line)
assert trainer.step(torch.ones(3, 2)) > trainer.step(torch.ones(3, 2)) > 0
assert not torch.equal(line.weight, kept)
#: answer swapped
@contextlib.contextmanager
def swapped(table, **new):
    old = dict(table)
    table.update(new)
    try: yield table
    finally:
        table.clear()
        table.update(old)
#: wrong
@contextlib.contextmanager
def swapped(table, **new):
    old = dict(table)
    table.update(new)
    yield table
    table.clear()
    table.update(old)
#: test test_swapped 2
settings = {'a': 1}
with contextlib.suppress(KeyError), swapped(settings, a=2):
    assert settings == {'a': 2}
    raise KeyError
assert settings == {'a': 1}
#: answer pile
class Pile(collections.deque):
    def put(self, x):
        self.append(x)
        return self
    def __format__(self, spec): return '/'.join(format(x, spec) for x in self)
class Counter:
    def __init__(self): self.n, self.lock = 0, threading.Lock()
    def add(self):
        with self.lock: self.n += 1
#: wrong
class Pile(collections.deque):
    def put(self, x): return Pile([*self, x])
class Counter:
    def __init__(self): self.n = 0
    def add(self): self.n += 2
#: test test_pile 2
pile = Pile([1])
pile.put(2).put(3)
assert len(pile) == 3 and f'{pile:02d}' == '01/02/03' and pile.pop() == 3 and list(pile) == [1, 2]
#: test test_counter 1
counter = Counter()
threads = [threading.Thread(target=lambda: [counter.add() for _ in range(20)]) for _ in range(3)]
for each in threads: each.start()
for each in threads: each.join()
assert counter.n == 60
#: answer table
kind = np.dtype([('name', 'U8'), ('age', 'i4')])
def adults(rows): return rows[rows['age'] >= 18]
def centred(a):
    kept = np.ma.masked_invalid(a)
    return kept - kept.mean()
#: wrong
kind = np.dtype([('name', 'U8')])
def adults(rows): return [row for row in rows if row['age'] >= 18]
def centred(a): return a - np.nanmean(a)
#: test test_table 2
people = np.array([('x', 18), ('y', 2)], dtype=[('name', 'U8'), ('age', 'i4')])
assert adults(people)['name'].tolist() == ['x'] and adults(people).dtype == kind
#: test test_centred 1
assert centred(np.array([1.0, np.nan, 3.0])).compressed().tolist() == [-1, 1]
#: answer guarded
def guarded(f, kinds, instead):
    try: return f()
    except kinds as error: return instead(error)
#: wrong
def guarded(f, kinds, instead): return f()
#: test test_guarded 1
class Own(KeyError): pass
def fails(): raise Own('x', 3)
assert guarded(fails, Own, lambda error: type(error) is Own and error.args == ('x', 3))
"""
