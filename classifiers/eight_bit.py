"""Matrix products in 8 bits on a CPU: the one place that knows torch's quantisation.

torch.ao.quantization is announced to go (https://docs.pytorch.org/docs/stable/quantization.html);
whatever follows it is put in here. Without it, or on a processor it does not serve, the network
stays as it is: slower, never wrong.
"""

from __future__ import annotations

import logging
import warnings
from typing import Any

from torch import nn

log = logging.getLogger(__name__)

ENGINES = ("x86", "fbgemm")
"""qnnpack is left out: measured at half the speed of float32."""

WIDE = ".output.dense"
BUT = ".attention.output.dense"
"""What comes out of GELU has a few channels twenty times as large as the others, and one scale
for all of a text's activations would round the others away: on dev texts one label in ten changed.
With these matrices (a third of the work) in float32, one in forty does, both ways."""


def eight_bit(network: nn.Module) -> nn.Module:
    """``network`` with int8 weights (a scale each row) and int8 activations (a scale each call) in
    its body's linear layers, where this machine can; changed in place."""
    try:
        from torch.ao.quantization import per_channel_dynamic_qconfig, quantize_dynamic
        from torch.backends import quantized
    except ImportError as error:
        log.warning("this torch has no 8-bit products (%s): the model runs in float32", error)
        return network
    engine = next((name for name in ENGINES if name in quantized.supported_engines), None)
    if engine is None:
        log.info("no 8-bit products for this processor: the model runs in float32")
        return network
    chosen: dict[str, Any] = {
        name: per_channel_dynamic_qconfig
        for name, layer in network.named_modules()
        if isinstance(layer, nn.Linear)
        and name.startswith("body.")
        and (BUT in name or not name.endswith(WIDE))
    }
    quantized.engine = engine
    with warnings.catch_warnings():  # it says at each call that it will go
        warnings.simplefilter("ignore")
        changed: nn.Module = quantize_dynamic(network, chosen, inplace=True)  # type: ignore[no-untyped-call]
    return changed
