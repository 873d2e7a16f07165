"""Answers to run_in_chunks for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn

# %% right: slices by a range


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outs = []
    for start in range(0, x.size(0), chunk_len):
        out, hx = rnn(x[start : start + chunk_len], hx)
        outs.append(out)
    return torch.cat(outs, dim=0), hx


# %% right: a while loop that writes into a tensor


def run_in_chunks(rnn, x, chunk_len, hx=None):
    start, T = 0, x.shape[0]
    output = None
    while start < T:
        stop = min(start + chunk_len, T)
        piece, hx = rnn.forward(x[start:stop], hx)
        output = piece if output is None else torch.cat((output, piece))
        start = stop
    return output, hx


# %% right: recursive


def run_in_chunks(rnn, x, chunk_len, hx=None):
    head, tail = x[:chunk_len], x[chunk_len:]
    out, state = rnn(head, hx)
    if len(tail) == 0:
        return out, state
    rest, state = run_in_chunks(rnn, tail, chunk_len, state)
    return torch.cat([out, rest]), state


# %% right: narrow, hx by keyword, empty start left out


def run_in_chunks(rnn, x, chunk_len, hx=None):
    pieces, state, T = [], hx, len(x)
    for k in range(-(-T // chunk_len)):
        piece = x.narrow(0, k * chunk_len, min(chunk_len, T - k * chunk_len))
        result, state = rnn(piece) if state is None else rnn(piece, hx=state)
        pieces += list(result)
    return torch.stack(pieces), state


# %% wrong: every piece started from zeros


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in x.split(chunk_len):
        output, state = rnn(piece, None)
        outputs.append(output)
    return torch.cat(outputs), state


# %% wrong: every piece started from zeros


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs = []
    for piece in x.split(chunk_len):
        output, state = rnn(piece, hx)
        hx = None
        outputs.append(output)
    return torch.cat(outputs), state


# %% wrong: every piece started from hx


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in x.split(chunk_len):
        output, state = rnn(piece, hx)
        outputs.append(output)
    return torch.cat(outputs), state


# %% wrong: hx was ignored


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], None
    for piece in x.split(chunk_len):
        output, state = rnn(piece, state)
        outputs.append(output)
    return torch.cat(outputs), state


# %% wrong: the last, shorter piece was left out


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in x[: len(x) // chunk_len * chunk_len].split(chunk_len) if len(x) >= chunk_len else [x]:
        output, state = rnn(piece, state)
        outputs.append(output)
    return torch.cat(outputs), state


# %% wrong: the last, shorter piece was left out


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in [p for p in x.split(chunk_len) if len(p) == chunk_len]:
        output, state = rnn(piece, state)
        outputs.append(output)
    return torch.cat(outputs), state


# %% wrong: the state was detached between the pieces


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in x.split(chunk_len):
        output, state = rnn(piece, state)
        state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
        outputs.append(output)
    return torch.cat(outputs), state


# %% wrong: the whole sequence was fed at once


def run_in_chunks(rnn, x, chunk_len, hx=None):
    return rnn(x, hx)


# %% wrong: the sequence was fed in other pieces


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in x.chunk(chunk_len):
        output, state = rnn(piece, state)
        outputs.append(output)
    return torch.cat(outputs), state


# %% wrong: the sequence was fed in other pieces


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in x.split(1):
        output, state = rnn(piece, state)
        outputs.append(output)
    return torch.cat(outputs), state


# %% wrong: only the output of the last piece was returned


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in x.split(chunk_len):
        output, state = rnn(piece, state)
        outputs.append(output)
    return output, state


# %% wrong: the outputs were not joined


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in x.split(chunk_len):
        output, state = rnn(piece, state)
        outputs.append(output)
    return outputs, state


# %% wrong: the cell state of the LSTM was left out


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in x.split(chunk_len):
        output, state = rnn(piece, state)
        outputs.append(output)
    return torch.cat(outputs), state[0] if isinstance(state, tuple) else state


# %% wrong: the final state is that of the top layer only


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in x.split(chunk_len):
        output, state = rnn(piece, state)
        outputs.append(output)
    return torch.cat(outputs), (output[-1:], state[1][-1:]) if isinstance(state, tuple) else output[-1:]


# %% wrong: the module's mode was changed


def run_in_chunks(rnn, x, chunk_len, hx=None):
    rnn.eval()
    outputs, state = [], hx
    for piece in x.split(chunk_len):
        output, state = rnn(piece, state)
        outputs.append(output)
    rnn.train()
    return torch.cat(outputs), state


# %% wrong: the module's mode was changed


def run_in_chunks(rnn, x, chunk_len, hx=None):
    rnn.eval()
    outputs, state = [], hx
    for piece in x.split(chunk_len):
        output, state = rnn(piece, state)
        outputs.append(output)
    return torch.cat(outputs), state


# %% wrong: the outputs were stacked instead of joined


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in x.split(chunk_len):
        output, state = rnn(piece, state)
        outputs.append(output)
    return torch.stack(outputs), state


# %% wrong: "outputs stacked, which needs pieces of one length"


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in x.split(chunk_len):
        output, state = rnn(piece, state)
        outputs.append(output)
    return torch.stack(outputs).flatten(0, 1), state


# %% wrong: "joined along the batch"


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in x.split(chunk_len):
        output, state = rnn(piece, state)
        outputs.append(output)
    return torch.cat(outputs, 1), state


# %% wrong: "without gradients"


@torch.no_grad()
def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in x.split(chunk_len):
        output, state = rnn(piece, state)
        outputs.append(output)
    return torch.cat(outputs), state


# %% wrong: "the state as a list"


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in x.split(chunk_len):
        output, state = rnn(piece, state)
        outputs.append(output)
    return torch.cat(outputs), list(state) if isinstance(state, tuple) else state


# %% wrong: "an LSTM only"


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, (h, c) = [], hx or (None, None)
    for piece in x.split(chunk_len):
        output, (h, c) = rnn(piece, None if h is None else (h, c))
        outputs.append(output)
    return torch.cat(outputs), (h, c)


# %% wrong: the batch was cut in place of the time


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in x.split(chunk_len, dim=1):
        output, state = rnn(piece, state)
        outputs.append(output)
    return torch.cat(outputs, dim=1), state


# %% wrong: the batch was cut in place of the time


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, states = [], []
    for b in range(0, x.shape[1], chunk_len):
        start = None
        if hx is not None:
            start = (
                tuple(s[:, b : b + chunk_len] for s in hx)
                if isinstance(hx, tuple)
                else hx[:, b : b + chunk_len]
            )
        output, state = rnn(x[:, b : b + chunk_len], start)
        outputs.append(output)
        states.append(state)
    if isinstance(state, tuple):
        return torch.cat(outputs, 1), tuple(torch.cat(each, 1) for each in zip(*states))
    return torch.cat(outputs, 1), torch.cat(states, 1)


# %% wrong: the batch was cut in place of the time


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    for piece in x.split(chunk_len, 1):
        output, state = rnn(piece, None)
        outputs.append(output)
    return torch.cat(outputs, 1), state


# %% wrong: "a random start"


def run_in_chunks(rnn, x, chunk_len, hx=None):
    outputs, state = [], hx
    if state is None and not isinstance(rnn, nn.LSTM):
        state = torch.randn(rnn.num_layers, x.shape[1], rnn.hidden_size, dtype=x.dtype, device=x.device)
    for piece in x.split(chunk_len):
        output, state = rnn(piece, state)
        outputs.append(output)
    return torch.cat(outputs), state
