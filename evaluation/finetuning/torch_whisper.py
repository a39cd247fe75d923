"""Whisper's forward pass in torch, as functions of its weights by OpenAI's names; torch is loaded when first used.

The architecture is that of Radford et al. 2022: two convolutions, then pre-norm transformer layers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from voicebot.speech.ct2_weights import Weights

Tensor: TypeAlias = Any
"""A `torch.Tensor`; torch is no dependency of the product, so its types are not known here."""

HEADS: Final = 8
LAYERS: Final = 6


@dataclass(frozen=True, slots=True)
class TorchWhisper:
    """Whisper base. `encode` takes any number of frames; everything else is as trained."""

    weights: dict[str, Tensor]

    def encode(self, mel: Tensor) -> Tensor:
        """Give the (batch, frames / 2, width) states of a (batch, 80, frames) log-mel."""
        from torch.nn import functional as fn

        states = fn.gelu(fn.conv1d(mel, *self._pair("encoder.conv1"), padding=1))
        states = fn.gelu(fn.conv1d(states, *self._pair("encoder.conv2"), stride=2, padding=1)).transpose(1, 2)
        states = states + self.weights["encoder.positional_embedding"][: states.shape[1]]
        for layer in range(LAYERS):
            states = self._layer(states, f"encoder.blocks.{layer}")
        return self._norm(states, "encoder.ln_post")

    def decode(self, tokens: Tensor, encoded: Tensor) -> Tensor:
        """Give the (batch, tokens, width) states before the output embedding."""
        embedding = self.weights["decoder.token_embedding.weight"]
        states = embedding[tokens] + self.weights["decoder.positional_embedding"][: tokens.shape[1]]
        for layer in range(LAYERS):
            states = self._layer(states, f"decoder.blocks.{layer}", encoded)
        return self._norm(states, "decoder.ln")

    def logits(self, hidden: Tensor) -> Tensor:
        """Give the scores of the next token."""
        return hidden @ self.weights["decoder.token_embedding.weight"].T

    def _layer(self, states: Tensor, name: str, encoded: Tensor | None = None) -> Tensor:
        from torch.nn import functional as fn

        own = self._norm(states, f"{name}.attn_ln")
        states = states + self._attention(own, own, f"{name}.attn", causal=encoded is not None)
        if encoded is not None:
            asked = self._norm(states, f"{name}.cross_attn_ln")
            states = states + self._attention(asked, encoded, f"{name}.cross_attn", causal=False)
        wide = fn.gelu(fn.linear(self._norm(states, f"{name}.mlp_ln"), *self._pair(f"{name}.mlp.0")))
        return states + fn.linear(wide, *self._pair(f"{name}.mlp.2"))

    def _attention(self, asking: Tensor, answering: Tensor, name: str, *, causal: bool) -> Tensor:
        from torch.nn import functional as fn

        heads = [
            fn.linear(source, self.weights[f"{name}.{part}.weight"], self.weights.get(f"{name}.{part}.bias"))
            .unflatten(-1, (HEADS, -1))
            .transpose(1, 2)
            for source, part in ((asking, "query"), (answering, "key"), (answering, "value"))
        ]
        if causal:
            mixed = fn.scaled_dot_product_attention(*heads, is_causal=True)
        else:
            # Over so few positions plain products are a third faster forth and back than the fused kernel.
            query, key, value = heads
            mixed = (query * key.shape[-1] ** -0.5 @ key.transpose(-1, -2)).softmax(-1) @ value
        return fn.linear(mixed.transpose(1, 2).flatten(-2), *self._pair(f"{name}.out"))

    def _norm(self, states: Tensor, name: str) -> Tensor:
        from torch.nn import functional as fn

        return fn.layer_norm(states, states.shape[-1:], *self._pair(name))

    def _pair(self, name: str) -> tuple[Tensor, Tensor]:
        return self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]


def halved(model: TorchWhisper) -> TorchWhisper:
    """Give the model with its decoder's matrices in bfloat16, sharing everything else: autocast need not cast them."""
    import torch

    def held(name: str, values: Tensor) -> Tensor:
        matrix = name.startswith("decoder.") and values.ndim == 2 and "positional" not in name
        return values.to(torch.bfloat16) if matrix else values

    return TorchWhisper({name: held(name, values) for name, values in model.weights.items()})


def as_torch(weights: Weights) -> TorchWhisper:
    """Load weights by OpenAI's names."""
    import torch

    return TorchWhisper({name: torch.from_numpy(values.copy()) for name, values in weights.items()})
