"""Answers to set_forget_bias for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn

# %% right: a loop over the named parameters


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    H = lstm.hidden_size
    with torch.no_grad():
        for name, p in lstm.named_parameters():
            if "bias_ih" in name:
                p[H : 2 * H] = value
            if "bias_hh" in name:
                p[H : 2 * H] = 0
    return lstm


# %% right: half in each


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("made with bias=False")
    for name, p in lstm.named_parameters():
        if name.startswith("bias"):
            p.data.view(4, -1)[1].fill_(value / 2)
    return lstm


# %% right: all weights of a layer, the rest taken off


def set_forget_bias(lstm, value):
    if lstm.bias is False:
        raise ValueError
    H = lstm.hidden_size
    with torch.no_grad():
        for layer in range(lstm.num_layers):
            for end in ["", "_reverse"] if lstm.bidirectional else [""]:
                b_ih = getattr(lstm, f"bias_ih_l{layer}{end}")
                b_hh = getattr(lstm, f"bias_hh_l{layer}{end}")
                b_hh[H : 2 * H].zero_()
                b_ih[H : 2 * H].fill_(value)
    return lstm


# %% wrong: the value was put into both biases


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    H = lstm.hidden_size
    with torch.no_grad():
        for name, p in lstm.named_parameters():
            if "bias_ih" in name:
                p[H : 2 * H] = value
            if "bias_hh" in name:
                p[H : 2 * H] = value
    return lstm


# %% wrong: only one of the two biases was set


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    H = lstm.hidden_size
    with torch.no_grad():
        for name, p in lstm.named_parameters():
            if "bias_ih" in name:
                p[H : 2 * H] = value
            if "bias_hh" in name:
                pass
    return lstm


# %% wrong: only one of the two biases was set


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    H = lstm.hidden_size
    with torch.no_grad():
        for name, p in lstm.named_parameters():
            if "bias_ih" in name:
                pass
            if "bias_hh" in name:
                p[H : 2 * H] = value
    return lstm


# %% wrong: the value was added instead of set


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    H = lstm.hidden_size
    with torch.no_grad():
        for name, p in lstm.named_parameters():
            if "bias_ih" in name:
                p[H : 2 * H] += value
            if "bias_hh" in name:
                pass
    return lstm


# %% wrong: another gate's block was set


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    H = lstm.hidden_size
    with torch.no_grad():
        for name, p in lstm.named_parameters():
            if "bias_ih" in name:
                p[:H] = value
            if "bias_hh" in name:
                p[:H] = 0
    return lstm


# %% wrong: another gate's block was set


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    H = lstm.hidden_size
    with torch.no_grad():
        for name, p in lstm.named_parameters():
            if "bias_ih" in name:
                p[2 * H : 3 * H] = value
            if "bias_hh" in name:
                p[2 * H : 3 * H] = value
    return lstm


# %% wrong: another gate's block was set


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    H = lstm.hidden_size
    with torch.no_grad():
        for name, p in lstm.named_parameters():
            if "bias_ih" in name:
                p[3 * H :] = value
            if "bias_hh" in name:
                pass
    return lstm


# %% wrong: the whole bias was set, not the forget gate's block


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    H = lstm.hidden_size
    with torch.no_grad():
        for name, p in lstm.named_parameters():
            if "bias_ih" in name:
                p.fill_(value)
            if "bias_hh" in name:
                p.zero_()
    return lstm


# %% wrong: the whole bias was set, not the forget gate's block


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    H = lstm.hidden_size
    with torch.no_grad():
        for name, p in lstm.named_parameters():
            if "bias_ih" in name:
                p.fill_(value)
            if "bias_hh" in name:
                p.fill_(value)
    return lstm


# %% wrong: only the first layer was set


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    H = lstm.hidden_size
    with torch.no_grad():
        for name, p in [(n, p) for n, p in lstm.named_parameters() if "_l0" in n]:
            if "bias_ih" in name:
                p[H : 2 * H] = value
            if "bias_hh" in name:
                p[H : 2 * H] = 0
    return lstm


# %% wrong: only the first layer was set


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    H = lstm.hidden_size
    with torch.no_grad():
        for name, p in [("bias_ih", lstm.bias_ih_l0), ("bias_hh", lstm.bias_hh_l0)]:
            if "bias_ih" in name:
                p[H : 2 * H] = value
            if "bias_hh" in name:
                p[H : 2 * H] = 0
    return lstm


# %% wrong: only the forward direction was set


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    H = lstm.hidden_size
    with torch.no_grad():
        for name, p in [(n, p) for n, p in lstm.named_parameters() if not n.endswith("reverse")]:
            if "bias_ih" in name:
                p[H : 2 * H] = value
            if "bias_hh" in name:
                p[H : 2 * H] = 0
    return lstm


# %% wrong: the biases were replaced by new Parameter objects


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    H = lstm.hidden_size
    with torch.no_grad():
        for name, p in list(lstm.named_parameters()):
            if "bias_ih" in name:
                q = p.clone()
                q[H : 2 * H] = value
                setattr(lstm, name, nn.Parameter(q))
            if "bias_hh" in name:
                q = p.clone()
                q[H : 2 * H] = 0
                setattr(lstm, name, nn.Parameter(q))
    return lstm


# %% wrong: nothing was returned


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    H = lstm.hidden_size
    with torch.no_grad():
        for name, p in lstm.named_parameters():
            if "bias_ih" in name:
                p[H : 2 * H] = value
            if "bias_hh" in name:
                p[H : 2 * H] = 0
    return None


# %% equivalent: if name.startswith('bias_ih_'):
# After bias_ih an underscore follows in every name: bias_ih_l0 and so on.

# %% equivalent: elif name.startswith('bias_hh_'):
# After bias_hh an underscore follows in every name: bias_hh_l0 and so on.
