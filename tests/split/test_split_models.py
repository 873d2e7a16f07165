"""A test trains the student's model: its parameters are the student's, the optimizer and the loss the test's own."""

import pytest
import torch
from sessions import HIDDEN, STUDENT, TEST

SETUP = "import copy, torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
MODEL = """
class Net(nn.Module):
    def __init__(self, n=3):
        super().__init__()
        self.fc = nn.Linear(n, 4)
        self.out = nn.Linear(4, 1)
    def forward(self, x): return self.out(torch.relu(self.fc(x)))
net = Net()
free = torch.ones(2, requires_grad=True)
def weights(): return free
def total(): return sum(p.sum().item() for p in net.parameters())
def scaled(x): return (free * x).sum()
def twice(p): return 2 * p
def halve(model_of):
    with torch.no_grad():
        for p in model_of.parameters(): p.mul_(0.5)
def fit(model, loader, epochs):
    opt, losses = torch.optim.Adam(model.parameters(), lr=0.05), []
    for _ in range(epochs):
        total = 0.0
        for x, y in loader:
            opt.zero_grad()
            loss = F.mse_loss(model(x), y)
            loss.backward()
            opt.step()
            total += loss.item() * len(x)
        losses.append(total / len(loader.dataset))
    return losses
class Ones(torch.utils.data.Dataset):
    def __len__(self): return 3
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return torch.ones(3), torch.ones(1)
batches = torch.utils.data.DataLoader(Ones(), batch_size=2)
adam = torch.optim.Adam([nn.Parameter(torch.zeros(1))])
def step(opt_step, model, x):
    loss = model(x).sum()
    loss.backward()
    opt_step()
    return loss.item()
"""
WORKS = {
    "an optimizer of the test's trains it": """
torch.manual_seed(0)
m = Net()
opt = torch.optim.Adam(m.parameters(), lr=0.05)
x = torch.randn(32, 3); y = x[:, :1] * 2
losses = []
for _ in range(25):
    opt.zero_grad()
    loss = F.mse_loss(m(x), y)
    loss.backward()
    opt.step()
    losses.append(loss.item())
assert losses[-1] < 0.8 * losses[0], losses
""",
    "as the same one does in one process": """
m = Net()
same = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
with torch.no_grad():
    for p, q in zip(same.parameters(), m.parameters()): p.copy_(q)
x, y = torch.randn(8, 3), torch.randn(8, 1)
for net_ in (m, same):
    opt = torch.optim.SGD(net_.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01)
    for _ in range(4):
        opt.zero_grad()
        (F.mse_loss(net_(x), y) + 0.01 * sum(p.pow(2).sum() for p in net_.parameters())).backward()
        nn.utils.clip_grad_norm_(net_.parameters(), 0.5)
        opt.step()
for p, q in zip(same.parameters(), m.parameters()): assert torch.allclose(p, q, atol=1e-6), (p, q)
""",
    "steps by hand": """
m = Net()
before = [p.clone() for p in m.parameters()]
m(torch.ones(2, 3)).sum().backward()
with torch.no_grad():
    for p in m.parameters(): p -= 0.1 * p.grad
assert m.out.bias.grad.item() == 2
assert torch.allclose(m.out.bias, before[-1] - 0.2)
""",
    "gradients add up, and zero_grad clears them": """
m = Net()
for n in (1, 2):
    m(torch.ones(2, 3)).sum().backward()
    assert m.out.bias.grad.item() == 2 * n
m.zero_grad()
assert m.out.bias.grad is None
m(torch.ones(1, 3)).sum().backward()
torch.optim.SGD(m.parameters(), lr=0.0).zero_grad()
assert all(p.grad is None for p in m.parameters())
""",
    "a parameter is one and the same, and a parameter": """
m = Net()
w = m.fc.weight
assert w is m.fc.weight is next(iter(m.parameters())) is dict(m.named_parameters())['fc.weight']
assert isinstance(w, nn.Parameter) and w.is_leaf and w.requires_grad and w.shape == (4, 3)
assert type(weights()) is torch.Tensor
""",
    "freezing, in the test and in place": """
m = Net()
for p in m.fc.parameters(): p.requires_grad_(False)
m(torch.randn(2, 3)).sum().backward()
assert m.fc.weight.grad is None and m.out.weight.grad is not None
m.fc.weight.requires_grad_(True)
m(torch.randn(2, 3)).sum().backward()
assert m.fc.weight.grad is not None and m.fc.bias.grad is None
""",
    "what is set is seen by the student's code": """
with torch.no_grad():
    for p in net.parameters(): p.fill_(1.0)
assert total() == 3 * 4 + 4 + 4 + 1
net.out.bias.data = torch.tensor([3.0])
assert total() == 23
nn.init.zeros_(net.out.weight)
assert total() == 19
""",
    "what the student's code changes is seen by the test": """
m = Net()
w = m.fc.weight
before = w.detach().clone()
halve(m)
assert torch.equal(w, before / 2)
""",
    "the test's function sees and changes it while the student's code runs": """
m = Net()
opt = torch.optim.SGD(m.parameters(), lr=1.0)
b = m.out.bias
was = b.item()
def one_step():
    assert b.grad.item() == 1
    opt.step()
assert isinstance(step(one_step, m, torch.zeros(1, 3)), float)
assert abs(m.out.bias.item() - (was - 1)) < 1e-6
""",
    "the student's loop trains it on the test's data": """
from torch.utils.data import DataLoader, Dataset, TensorDataset
torch.manual_seed(0)
x = torch.randn(32, 3)
loader = DataLoader(TensorDataset(x, x[:, :1] * 2), batch_size=8, shuffle=True)
m = Net()
losses = fit(m, loader, 9)
assert losses[-1] < losses[0] and losses[-1] < 0.9 * F.mse_loss(Net()(x), x[:, :1] * 2)
class Twos(Dataset):
    def __len__(self): return 4
    def __getitem__(self, i): return torch.ones(3), torch.full((1,), 2.0)
assert len(fit(m, DataLoader(Twos(), 2), 1)) == 1 and len(loader.dataset) == 32
""",
    "an optimizer and data of theirs are known for what they are": """
from torch.utils.data import DataLoader, Dataset
assert isinstance(adam, torch.optim.Adam) and not isinstance(adam, torch.optim.SGD)
assert isinstance(batches, DataLoader) and isinstance(batches.dataset, Dataset) and issubclass(Ones, Dataset)
assert [len(x) for x, y in batches] == [2, 1] and len(list(DataLoader(Ones(), batch_size=2))) == 2
""",
    "a free one, handed back in": """
w = weights()
loss = twice(w).sum()
loss.backward()
assert w.grad.tolist() == [2, 2]
scaled(3.0).backward()
assert w.grad.tolist() == [5, 5] and weights().grad.tolist() == [5, 5]
(g,) = torch.autograd.grad(twice(w).sum(), w)
assert g.tolist() == [2, 2] and w.grad.tolist() == [5, 5]
""",
    "a copy has parameters of its own": """
m = Net()
c = copy.deepcopy(m)
with torch.no_grad(): c.fc.weight.zero_()
assert not torch.equal(m.fc.weight, c.fc.weight) and m.fc.weight.abs().sum() > 0
""",
    "other precision": """
m = Net()
w = m.fc.weight
m.double()
assert w.dtype == torch.float64 and m(torch.randn(2, 3, dtype=torch.float64)).dtype == torch.float64
""",
    "many models are forgotten": """
for _ in range(30):
    list(Net().parameters())
assert len(list(Net().parameters())) == 4
""",
}


@pytest.mark.parametrize("what", WORKS)
def test_what_works_on_a_model_in_one_process_works_on_the_students(run_cells, what) -> None:
    session, (_, out) = run_cells((SETUP + MODEL, STUDENT), (SETUP + WORKS[what], TEST))
    assert out == [] and session.incidents == []


def test_a_hidden_test_may_train_it_too(run_cells) -> None:
    test = next(iter(WORKS.values()))
    session, (_, out) = run_cells((SETUP + MODEL, STUDENT), (SETUP + test, HIDDEN))
    assert out == [] and session.incidents == []


def test_a_seed_gives_the_numbers_that_it_always_gives_and_is_noted_for_no_device_that_is_not_there(
    run_cells,
):
    code = "torch.manual_seed(3)\nprint(torch.rand(3).tolist(), len(torch.cuda._queued_calls))"
    if torch.accelerator.current_accelerator() is not None:
        pytest.skip("this PyTorch was built for an accelerator")
    _, (before, out, again) = run_cells(
        ("import torch\nprint(len(torch.cuda._queued_calls))", STUDENT),
        (code, STUDENT),
        (code.replace("manual_seed(3)", "manual_seed('3')"), STUDENT),
    )
    numbers = torch.rand(3, generator=torch.Generator().manual_seed(3)).tolist()
    assert out[0].text == again[0].text == f"{numbers} {before[0].text}"
    _, (refused,) = run_cells(("import torch\ntorch.manual_seed('three')", STUDENT))
    assert refused[0].ename == "ValueError"
