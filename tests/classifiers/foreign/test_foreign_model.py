"""Any sequence classifier of transformers, by folder or name: used, or refused when it is read."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from classifiers import load
from classifiers.assemble import UNKNOWN
from classifiers.labels import SENTIMENTS, Label
from classifiers.loading import bundled_fast
from tests.classifiers.foreign.tiny import THREE, tiny_bert, tiny_gpt
from tests.classifiers.odd import ODD, check

torch = pytest.importorskip("torch", reason="a foreign model needs torch")
pytest.importorskip("transformers", reason="a foreign model needs transformers")


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(1)
    return tiny_bert(tmp_path_factory.mktemp("bert"), THREE)


@pytest.fixture
def copy(bert: Path, tmp_path: Path) -> Path:
    return shutil.copytree(bert, tmp_path / "copy")


def _shares(label: Label) -> tuple[float, float, float]:
    return label.probabilities.negative, label.probabilities.neutral, label.probabilities.positive


def test_a_folder_with_a_transformers_model(tmp_path: Path) -> None:
    model = load(str(tiny_bert(tmp_path, ["neg", "pos"])))
    labels = model.classify(["ا ب ت", "", "\ud800", "a" * 100_000, "ا ب ت"])
    assert labels[0] == labels[4]
    # Of two sentiments it is never neutral; a text that says nothing always is.
    assert [label.probabilities.neutral for label in labels] == [0, 1, 1, 0, 0]
    assert model.model.startswith("hf-")


def test_all_but_the_sentiment_is_as_the_fast_model_tells_it(tmp_path: Path) -> None:
    """A response is needed, or a dialect spoken, whatever a foreign sentiment says."""
    texts = [
        "متى توصل طلبيتي؟ صار لها أسبوع",
        "my parcel is lost again",
        "ليش التطبيق ما يفتح",
        "👍",
    ]
    told = load(str(tiny_bert(tmp_path, ["neg", "pos"]))).classify(texts)
    fast = bundled_fast().classify(texts)
    assert {label.needs_response for label in fast} == {True, False}
    for name in ("language", "dialect", "dialect_probability", "needs_response"):
        assert [getattr(one, name) for one in told] == [getattr(one, name) for one in fast], name
    assert [one.needs_probability for one in told] == [one.needs_probability for one in fast]
    spoken = [one.intent for one in told[:3]]
    assert spoken == [one.intent for one in fast[:3]]


def test_a_model_of_somebody_elses_tells_the_sentiment_of_any_script(bert: Path) -> None:
    (label,) = load(str(bert)).classify(["Магазин открыт с девяти до шести"])
    assert _shares(label) != UNKNOWN
    assert (label.intent, label.needs_response, label.needs_probability) == ("other", False, None)


@pytest.mark.parametrize("make", [tiny_bert, tiny_gpt])
def test_odd_texts_have_labels(tmp_path: Path, make: Callable[..., Path]) -> None:
    model = load(str(make(tmp_path, THREE)))
    check(model.classify(ODD), ODD)
    check(model.classify([""]), [""])


def test_ten_thousand_texts_come_back_in_order_whatever_the_threads(bert: Path) -> None:
    texts = [" ".join("abc"[at // 3**k % 3] for k in range(9)) for at in range(10_000)]
    one, two = (load(str(bert), threads=threads).classify(texts) for threads in (1, 2))
    check(one, texts)
    assert [label.sentiment for label in one] == [label.sentiment for label in two]
    alone = load(str(bert)).classify(texts[77:78])[0]
    assert _shares(alone) == pytest.approx(_shares(one[77]), abs=1e-5)


def test_each_batch_has_a_core_and_a_second_model_finds_as_many_as_the_first(bert: Path) -> None:
    from classifiers.torch_threads import cores

    found = [load(str(bert))._threads for _ in range(2)]  # type: ignore[attr-defined]
    assert found == [cores(), cores()]
    assert torch.get_num_threads() == 1
    assert load(str(bert), threads=3)._threads == 3  # type: ignore[attr-defined]


def test_labels_are_summed_by_sentiment_in_whatever_order_they_stand(tmp_path: Path) -> None:
    stars = ["5 stars", "4 stars", "3 stars", "2 stars", "1 star"]
    model = load(str(tiny_bert(tmp_path, stars)))
    network = model._network  # type: ignore[attr-defined]
    network.classifier.weight.data.zero_()
    network.classifier.bias.data = torch.tensor([0.4, 0.3, 0.15, 0.1, 0.05]).log()
    label = model.classify(["a b"])[0]
    assert _shares(label) == pytest.approx((0.15, 0.15, 0.7))
    assert label.sentiment == "positive"


def test_a_text_on_which_the_network_overflows_is_all_alike(bert: Path) -> None:
    model = load(str(bert))
    model._network.classifier.bias.data[1] = float("nan")  # type: ignore[attr-defined]
    assert _shares(model.classify(["a b"])[0]) == pytest.approx((1 / 3, 1 / 3, 1 / 3))


def test_half_precision_is_read(copy: Path) -> None:
    from transformers import BertForSequenceClassification

    before = load(str(copy)).classify(["a b"])[0]
    BertForSequenceClassification.from_pretrained(copy).half().save_pretrained(copy)
    after = load(str(copy)).classify(["a b"])[0]
    assert _shares(after) == pytest.approx(_shares(before), abs=1e-3)


def test_the_gpu_computes_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from classifiers.foreign.sequence import SequenceClassifier

    class Network:
        def __init__(self) -> None:
            self.config, self.devices = type("C", (), {}), list[str]()

        def to(self, device: Any) -> Network:
            self.devices.append(device.type)
            return self

        def eval(self) -> Network:
            return self

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    network, tokenizer = Network(), type("T", (), {"model_max_length": 64})
    model = SequenceClassifier(
        "x", "y", network, tokenizer, SENTIMENTS, words=bundled_fast(), threads=4
    )
    assert network.devices == ["cuda"]
    assert model._threads == 1


def test_foreign_labels_are_refused_with_what_was_found(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"joy.*anger"):
        load(str(tiny_bert(tmp_path, ["joy", "anger"])))


def test_a_base_model_without_a_trained_head_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="base model"):
        load(str(tiny_bert(tmp_path, ["LABEL_0", "LABEL_1"], "Model")))


def test_a_tagger_with_a_head_of_the_same_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="missing"):
        load(str(tiny_bert(tmp_path, THREE, "ForTokenClassification")))


def test_pickled_weights_are_refused_and_not_run(copy: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (copy / "ran",)

    (copy / "model.safetensors").unlink()
    torch.save({"x": Evil()}, copy / "pytorch_model.bin")
    with pytest.raises(ValueError, match="safetensors"):
        load(str(copy))
    assert not (copy / "ran").exists()


@pytest.mark.parametrize("kind", ["mine", "bert"])
def test_code_that_a_model_brings_along_is_never_run_and_nobody_is_asked(
    copy: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("it asked"))
    config = json.loads((copy / "config.json").read_text())
    config["model_type"] = kind
    config["auto_map"] = {
        "AutoConfig": "mine.Config",
        "AutoModelForSequenceClassification": "mine.Model",
    }
    (copy / "config.json").write_text(json.dumps(config))
    (copy / "mine.py").write_text(
        f"open({str(copy / 'ran')!r}, 'w').close()\n"
        "from transformers import BertConfig as Config, BertForSequenceClassification as Model\n"
    )
    if kind == "bert":  # transformers knows the kind and needs no code
        check(load(str(copy)).classify(["a"]), ["a"])
    else:
        with pytest.raises(ValueError, match=r"code of its own, which is never run"):
            load(str(copy))
    assert not (copy / "ran").exists()


def test_a_hub_name_that_cannot_be_had_offline_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ValueError, match=r"no-one/no-such-model .*cannot be had from the hub"):
        load("no-one/no-such-model")


@pytest.mark.parametrize("damage", ["missing", "cut", "empty"])
@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_folder_with_a_missing_or_cut_file_is_refused(copy: Path, name: str, damage: str) -> None:
    path = copy / name
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(
            b"" if damage == "empty" else path.read_bytes()[: path.stat().st_size // 2]
        )
    with pytest.raises(ValueError, match=str(copy)):
        load(str(copy))


def test_weights_that_are_no_numbers_are_refused(copy: Path) -> None:
    from transformers import BertForSequenceClassification

    network = BertForSequenceClassification.from_pretrained(copy)
    network.classifier.weight.data.fill_(float("nan"))
    network.save_pretrained(copy)
    with pytest.raises(ValueError, match="no numbers"):
        load(str(copy))


def test_a_tokenizer_of_another_model_is_refused(copy: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(copy)
    tokenizer.add_tokens(["more"])
    tokenizer.save_pretrained(copy)
    with pytest.raises(ValueError, match="different models"):
        load(str(copy))


def test_another_tokenizer_makes_another_model(copy: Path) -> None:
    before = load(str(copy)).model
    assert load(str(copy)).model == before
    tokenizer = json.loads((copy / "tokenizer.json").read_text())
    tokenizer["normalizer"] = None
    (copy / "tokenizer.json").write_text(json.dumps(tokenizer))
    assert load(str(copy)).model != before
