"""Quantiles of what comparable customers buy in a year, by gradient boosting.

The second estimator of the realistic wallet, beside the peer quantile in SQL. Per training quarter, the end of a year:

1. The customers are dealt into three folds by a hash. Those of one fold are estimated by a model that saw the other two
   only, so nobody's own purchases are part of its own wallet. Of the other two, four fifths train the model and one
   fifth, which it never saw, calibrates it.
2. One model per quantile: histogram gradient boosting with the pinball loss (Friedman 2001; scikit-learn) on the
   logarithm of the yearly net revenue, monotone in the number of employees. With this loss scikit-learn sets the leaves
   to quantiles after the splits, which breaks the constraint, and LightGBM and CatBoost refuse the combination.
   So the leaves keep their gradient steps, which the constraint holds for.
3. Split-conformal calibration (Romano, Patterson, Candes 2019): each quantile is moved by the quantile of its errors on
   the calibration customers.
4. Crossing quantiles are sorted (Chernozhukov, Fernandez-Val, Galichon 2010, "Quantile and probability curves without
   crossing"); all of them stay monotone.

Same input, same output: nothing is drawn, rows come in a fixed order, and threads change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingRegressor

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

#: Which method, and which state of it, an estimate comes from.
METHOD_VERSION: Final = "quantile_boosting 1"
FOLDS: Final = 3
#: Components kept of the website texts.
TEXT_COMPONENTS: Final = 16
#: Words in fewer texts say nothing that could be learned; more words than this are not kept.
WORD_MINIMUM_TEXTS: Final = 20
WORD_MAXIMUM: Final = 5_000
#: Customers that the mean of all counts for in the mean of a category.
CATEGORY_WEIGHT: Final = 20
#: Rows predicted at a time, which bounds the memory.
CHUNK_ROWS: Final = 100_000
#: Reasons given with an estimate.
REASONS: Final = 3
#: Feature groups in the words of a reason, in the order of the columns.
INDUSTRY, SIZE, REGION, TURNOVER, TENURE, COMPARABLE, WEBSITE = range(7)
REASON_NAMES: Final = (
    "industry",
    "number of employees",
    "region",
    "turnover",
    "years as a customer",
    "what comparable customers buy",
    "website text",
)
_SETTINGS: Final = {
    "categorical_features": None,
    "max_iter": 100,
    "learning_rate": 0.5,
    "max_leaf_nodes": 12,
    "min_samples_leaf": 40,
    "early_stopping": False,
    "random_state": 0,
}


@dataclass(frozen=True)
class Features:
    """Customers of one training quarter and the quarters after it, a row each.

    Attributes:
        matrix: Features, (n, f); NaN is unknown. Amounts and employees are logarithms, categories whole numbers from 0.
        group: Feature group of each column, (f,), an index of REASON_NAMES.
        categorical: Columns of `matrix` that hold categories.
        comparable: What kinds of customers buy, (FOLDS, k, g): the share of those outside of a fold that buys a group
            of products; NaN where there are too few.
        comparable_kind: Kind of each row, an index of `comparable`, -1 for none, (n,).
        revenue: Net revenue of the year up to the training quarter, (n,), NaN where a row does not train.
        fold: 0, 1 or 2, (n,).
        is_calibration: Whether the row calibrates where others would train, (n,).
    """

    matrix: FloatArray
    group: IntArray
    categorical: tuple[int, ...]
    comparable: FloatArray
    comparable_kind: IntArray
    revenue: FloatArray
    fold: IntArray
    is_calibration: BoolArray


@dataclass(frozen=True)
class Estimates:
    """What the model says of each row of Features.

    Attributes:
        quantiles: Yearly net revenue at each quantile, (n, q), ascending in each row.
        reason: Feature groups that moved the highest quantile most, (n, REASONS); -1 where there is none.
        factor: By which factor each moved it against the same customer with the group unknown, (n, REASONS).
        training_count: Customers a model learned from, on average of the folds.
        calibration_count: Customers it was calibrated with, on average.
    """

    quantiles: FloatArray
    reason: IntArray
    factor: FloatArray
    training_count: int
    calibration_count: int


class TooFewCustomersError(ValueError):
    """A model has nobody to learn from, or nobody to be calibrated with."""


def conformal_shift(errors: FloatArray, quantile: float) -> float:
    """By how much to move a quantile so that it covers its share of new customers.

    Args:
        errors: Actual less estimated value of customers the model never saw, (n,), n >= 1.
        quantile: The share to cover, between 0 and 1.

    Returns:
        The ceil((n + 1) * quantile)-th smallest error; the largest where there are too few.
    """
    count = len(errors)
    position = min(int(np.ceil((count + 1) * quantile - 1e-9)), count)
    return float(np.partition(errors, position - 1)[position - 1])


def category_means(codes: FloatArray, target: FloatArray, training: IntArray) -> FloatArray:
    """Categories by what their training customers buy: the mean target, drawn to the mean of all where they are few.

    Micci-Barreca 2001, "A preprocessing scheme for high-cardinality categorical attributes".

    Args:
        codes: Category of each row, a whole number from 0; NaN is unknown, (n,).
        target: What is estimated, (n,); read in the training rows alone.
        training: Positions of the training rows, (m,), m >= 1.

    Returns:
        The mean of each row's category, (n,); NaN where it is unknown or no training row has it.
    """
    known = training[~np.isnan(codes[training])]
    if len(known) == 0:
        return np.full(len(codes), np.nan)
    categories = int(np.nanmax(codes)) + 1
    own = codes[known].astype(np.int64)
    count = np.bincount(own, minlength=categories)
    total = np.bincount(own, weights=target[known], minlength=categories)
    mean = (total + CATEGORY_WEIGHT * target[training].mean()) / (count + CATEGORY_WEIGHT)
    mean[count == 0] = np.nan
    has_category = ~np.isnan(codes)
    result = np.full(len(codes), np.nan)
    result[has_category] = mean[codes[has_category].astype(np.int64)]
    return result


def fit_and_estimate(features: Features, quantiles: tuple[float, ...], maximum_training_rows: int) -> Estimates:
    """Train on the customers whose revenue is known and estimate all, each by a model that did not see it.

    Args:
        features: The customers.
        quantiles: Ascending, each between 0 and 1.
        maximum_training_rows: Rows that train a model at most; of more, every second or
            third and so on.

    Returns:
        The estimates, in the order of the rows.

    Raises:
        TooFewCustomersError: Where a fold has no customer to train or to calibrate with.
    """
    count = len(features.matrix)
    has_revenue = ~np.isnan(features.revenue)
    target = np.log1p(np.where(has_revenue, np.maximum(features.revenue, 0.0), 0.0))
    logarithms = np.empty((count, len(quantiles)))
    effects = np.full((count, len(REASON_NAMES)), np.nan)
    dealt = []
    for fold in range(FOLDS):
        others = has_revenue & (features.fold != fold)
        training = _at_most(maximum_training_rows, np.flatnonzero(others & ~features.is_calibration))
        calibration = _at_most(maximum_training_rows, np.flatnonzero(others & features.is_calibration))
        if len(training) == 0 or len(calibration) == 0:
            raise TooFewCustomersError(
                f"fold {fold} has {len(training)} customers to train and {len(calibration)} to calibrate with"
            )
        dealt.append((training, calibration))

    folds = [_FoldFeatures.build(fold, features, target, training) for fold, (training, _) in enumerate(dealt)]

    def estimate_fold(fold: int, place: int) -> None:
        training, calibration = dealt[fold]
        own = folds[fold]
        model = _fit(own.matrix(training), target[training], quantiles[place], own.group)
        shift = conformal_shift(target[calibration] - model.predict(own.matrix(calibration)), quantiles[place])
        for rows in _chunks(np.flatnonzero(features.fold == fold)):
            matrix = own.matrix(rows)
            estimated = model.predict(matrix)
            logarithms[rows, place] = estimated + shift
            if place == len(quantiles) - 1:
                effects[rows] = _effects(model, matrix, own.group, estimated)

    # Each on one core, side by side: several cores for one small model mostly wait for each other.
    with ThreadPoolExecutor(initializer=_use_one_core) as models:
        for done in [
            models.submit(estimate_fold, fold, place) for fold in range(FOLDS) for place in range(len(quantiles))
        ]:
            done.result()
    logarithms.sort(axis=1)
    reason, factor = _strongest(effects)
    return Estimates(
        quantiles=np.maximum(np.expm1(logarithms), 0.0),
        reason=reason,
        factor=factor,
        training_count=sum(len(training) for training, _ in dealt) // FOLDS,
        calibration_count=sum(len(calibration) for _, calibration in dealt) // FOLDS,
    )


class Words:
    """How often each text uses each word: read once, for all training quarters."""

    def __init__(self, texts: list[str]) -> None:
        """Count the words of three letters and more in each text."""
        from scipy.sparse import csr_matrix
        from sklearn.feature_extraction.text import CountVectorizer

        counter = CountVectorizer(token_pattern=r"(?u)\b\w\w\w+\b", dtype=np.float64)
        try:
            self._counts = counter.fit_transform(texts)
        except ValueError:  # no text has a word
            self._counts = csr_matrix((len(texts), 0), dtype=np.float64)

    def components(self, is_known: BoolArray) -> FloatArray:
        """Texts as few numbers: TF-IDF of their words, then a truncated singular value decomposition.

        Deerwester and others 1990, "Indexing by latent semantic analysis".

        Args:
            is_known: Which of the texts words and components are learned from, (n,).

        Returns:
            Components, (n, up to TEXT_COMPONENTS); no column where the known texts share too few words.
        """
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfTransformer

        known = self._counts[is_known]
        texts_with_word = np.asarray(known.getnnz(axis=0))
        useful = np.flatnonzero((texts_with_word >= WORD_MINIMUM_TEXTS) & (texts_with_word < 0.95 * known.shape[0]))
        useful = np.sort(useful[np.argsort(-texts_with_word[useful], kind="stable")][:WORD_MAXIMUM])
        kept = min(TEXT_COMPONENTS, len(useful) - 1)
        if kept < 1:
            return np.empty((len(is_known), 0))
        weights = TfidfTransformer(sublinear_tf=True).fit(known[:, useful])
        decomposition = TruncatedSVD(kept, random_state=0).fit(weights.transform(known[:, useful]))
        components = decomposition.transform(weights.transform(self._counts[:, useful])).astype(np.float64)
        # The last digits depend on how a machine multiplies matrices, and with how many threads; they must not decide
        # the side of a split. In single precision they reach the fourth decimal, in double precision they do not.
        rounded: FloatArray = np.round(components, 4)
        return rounded


def features_of(rows: pa.Table, text_numbers: pa.ChunkedArray, words: Words, comparables: pa.Table) -> Features:
    """The features of one training quarter as numbers.

    Args:
        rows: fold, is_calibration, training_amount, is_at_training_quarter, peer_industry, employee_count, region,
            annual_revenue_amount, tenure_years, text_number, comparable_number; ordered.
        text_numbers: Numbers of the texts in `words`, in their order.
        words: The texts' words.
        comparables: comparable_number, left_out_fold, product_group_rank (from 1), penetration_ratio.

    Returns:
        The features, in the order of the rows.
    """
    columns: list[FloatArray] = []
    groups: list[int] = []

    def add(group: int, *values: FloatArray) -> None:
        columns.extend(values)
        groups.extend([group] * len(values))

    add(INDUSTRY, _categories(rows.column("peer_industry")))
    add(REGION, _categories(rows.column("region")))
    add(SIZE, _logarithm(rows.column("employee_count")))
    add(TURNOVER, _logarithm(rows.column("annual_revenue_amount")))
    add(TENURE, _numbers(rows.column("tenure_years")))
    is_known = _flags(rows.column("is_at_training_quarter"))
    add(WEBSITE, *_text_columns(rows.column("text_number"), is_known, text_numbers, words))
    comparable, comparable_kind = _comparables(rows.column("comparable_number"), comparables)
    return Features(
        matrix=np.column_stack(columns),
        group=np.array(groups, dtype=np.int64),
        categorical=(0, 1),
        comparable=comparable,
        comparable_kind=comparable_kind,
        revenue=_numbers(rows.column("training_amount")),
        fold=_numbers(rows.column("fold")).astype(np.int64),
        is_calibration=_flags(rows.column("is_calibration")),
    )


def estimate(rows: pa.Table, texts: pa.Table, comparables: pa.Table, trainings: pa.Table) -> pa.Table:
    """Estimates for the customers of all training quarters.

    There is one model a year, and scikit-learn fits one model at a time: the training quarters follow one another.

    Args:
        rows: As for features_of, with estimate_number and training_quarter_start_date.
        texts: text_number, website_text; ordered by text_number.
        comparables: As for features_of, with training_quarter_start_date.
        trainings: training_quarter_start_date, training_quarter_label, the three quantiles median_quantile_ratio,
            middle_quantile_ratio and wallet_quantile_ratio, training_maximum_count.

    Returns:
        estimate_number, q50_amount, q75_amount, q90_amount (decimal(18,2)), reason_1..3, factor_1..3, model_version. No
        rows for a training quarter of which a model has nobody to learn from: peers alone estimate then.
    """
    parts = [_EMPTY]
    words = Words(texts.column("website_text").to_pylist() if trainings.num_rows > 0 else [])
    for training in trainings.sort_by("training_quarter_start_date").to_pylist():
        day = training["training_quarter_start_date"]
        own = rows.filter(pc.equal(rows.column("training_quarter_start_date"), day))
        if own.num_rows == 0:
            continue
        near = comparables.filter(pc.equal(comparables.column("training_quarter_start_date"), day))
        try:
            estimates = fit_and_estimate(
                features_of(own, texts.column("text_number"), words, near),
                tuple(float(training[f"{name}_quantile_ratio"]) for name in ("median", "middle", "wallet")),
                int(training["training_maximum_count"]),
            )
        except TooFewCustomersError:
            continue
        version = (
            f"{METHOD_VERSION}, trained on {training['training_quarter_label']}, {estimates.training_count} customers,"
            f" calibrated with {estimates.calibration_count}"
        )
        parts.append(_table(own.column("estimate_number"), estimates, version))
    return pa.concat_tables(parts)


_EMPTY: Final = pa.schema(
    [
        ("estimate_number", pa.int64()),
        *((f"{name}_amount", pa.decimal128(18, 2)) for name in ("q50", "q75", "q90")),
        *((f"reason_{place + 1}", pa.string()) for place in range(REASONS)),
        *((f"factor_{place + 1}", pa.float64()) for place in range(REASONS)),
        ("model_version", pa.string()),
    ]
).empty_table()


def _table(numbers: pa.ChunkedArray, estimates: Estimates, version: str) -> pa.Table:
    names = pa.array(REASON_NAMES)
    cent = pa.scalar(Decimal("0.01"), pa.decimal128(3, 2))
    amounts = [
        pc.multiply(pa.array(np.rint(column * 100).astype(np.int64)).cast(pa.decimal128(19, 0)), cent)
        for column in estimates.quantiles.T
    ]
    return pa.table(
        [
            numbers.cast(pa.int64()),
            *(amount.cast(pa.decimal128(18, 2)) for amount in amounts),
            *(
                names.take(pa.array(estimates.reason[:, place], mask=estimates.reason[:, place] < 0))
                for place in range(REASONS)
            ),
            *(pa.array(estimates.factor[:, place], mask=estimates.reason[:, place] < 0) for place in range(REASONS)),
            pa.repeat(version, len(numbers)),
        ],
        schema=_EMPTY.schema,
    )


@dataclass(frozen=True)
class _FoldFeatures:
    """The features as the models see them that are to estimate a fold: nothing in them comes from its purchases.

    Attributes:
        fold: The fold to estimate.
        features: The customers.
        category: What stands for each of the columns `features.categorical`, a column each, (n, c).
        is_blank: Columns of which nothing is known of any training customer, (f + g,). They are 0 for all: nothing can
            be learned of them, and scikit-learn fails on a column without a number.
        group: Feature group of each column, (f + g,).
    """

    fold: int
    features: Features
    category: FloatArray
    is_blank: BoolArray
    group: IntArray

    @staticmethod
    def build(fold: int, features: Features, target: FloatArray, training: IntArray) -> _FoldFeatures:
        """Learn what the columns need of the training customers, given as positions, (m,), m >= 1."""
        category = np.column_stack(
            [category_means(features.matrix[:, column], target, training) for column in features.categorical]
        )
        bought = features.comparable.shape[2]
        columns = features.matrix.shape[1] + bought
        seen = _FoldFeatures(
            fold,
            features,
            category,
            np.zeros(columns, dtype=np.bool_),
            np.append(features.group, np.full(bought, COMPARABLE)),
        )
        is_blank: BoolArray = np.asarray(np.isnan(seen.matrix(training)).all(axis=0))
        return replace(seen, is_blank=is_blank)

    def matrix(self, rows: IntArray) -> FloatArray:
        """The columns of the given rows, (m,) positions, as (m, f + g)."""
        features = self.features
        kind = features.comparable_kind[rows]
        own = features.matrix.shape[1]
        matrix = np.full((len(rows), len(self.group)), np.nan)
        matrix[:, :own] = features.matrix[rows]
        matrix[kind >= 0, own:] = features.comparable[self.fold][kind[kind >= 0]]
        matrix[:, list(features.categorical)] = self.category[rows]
        matrix[:, self.is_blank] = 0.0
        return matrix


def _fit(matrix: FloatArray, target: FloatArray, quantile: float, group: IntArray) -> HistGradientBoostingRegressor:
    """One model of one quantile, monotone in the number of employees."""
    from sklearn._loss.loss import PinballLoss
    from sklearn.ensemble import HistGradientBoostingRegressor

    loss = PinballLoss(quantile=quantile)
    # Said to be differentiable, it is spared the step that sets leaves to quantiles.
    loss.differentiable = True
    model = HistGradientBoostingRegressor(loss=loss, monotonic_cst=(group == SIZE).astype(np.int8), **_SETTINGS)
    return model.fit(matrix, target)


def _use_one_core() -> None:
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1)


def _at_most(count: int, positions: IntArray) -> IntArray:
    """Of too many positions, one in a fixed number: rows are in the order of industry and size, so all kinds stay."""
    return positions[:: -(-len(positions) // count)] if len(positions) > count else positions


def _chunks(positions: IntArray) -> Iterator[IntArray]:
    for start in range(0, len(positions), CHUNK_ROWS):
        yield positions[start : start + CHUNK_ROWS]


def _effects(
    model: HistGradientBoostingRegressor, matrix: FloatArray, group: IntArray, estimated: FloatArray
) -> FloatArray:
    """How much each feature group moves the estimate against the same row with the group unknown; NaN where it is."""
    result = np.full((len(matrix), len(REASON_NAMES)), np.nan)
    for name in range(len(REASON_NAMES)):
        columns = np.flatnonzero(group == name)
        if len(columns) == 0:
            continue
        rows = np.flatnonzero(~np.isnan(matrix[:, columns]).all(axis=1))
        without = matrix[rows].copy()
        without[:, columns] = np.nan
        result[rows, name] = estimated[rows] - model.predict(without)
    return result


def _strongest(effects: FloatArray) -> tuple[IntArray, FloatArray]:
    """The feature groups with the largest effects, strongest first, and their factors; no effect is no reason."""
    strength = np.where(np.isnan(effects), 0.0, np.abs(effects))
    order = np.argsort(-strength, axis=1, kind="stable")[:, :REASONS]
    chosen = np.take_along_axis(strength, order, axis=1) > 0
    factor = np.exp(np.take_along_axis(np.nan_to_num(effects), order, axis=1))
    return np.where(chosen, order, -1), factor


def _numbers(column: pa.ChunkedArray) -> FloatArray:
    values: FloatArray = column.cast(pa.float64()).to_numpy()
    return np.asarray(values, dtype=np.float64)


def _flags(column: pa.ChunkedArray) -> BoolArray:
    return np.asarray(column.to_numpy(), dtype=np.bool_)


def _logarithm(column: pa.ChunkedArray) -> FloatArray:
    values = _numbers(column)
    return np.log(np.where(values > 0, values, np.nan))


def _categories(column: pa.ChunkedArray) -> FloatArray:
    """Categories as whole numbers, in the order of the alphabet."""
    values = pc.unique(column).drop_null()
    return _numbers(pc.index_in(column, value_set=values.take(pc.sort_indices(values))))


def _comparables(numbers: pa.ChunkedArray, comparables: pa.Table) -> tuple[FloatArray, IntArray]:
    kinds = pc.unique(comparables.column("comparable_number"))
    kind = pc.index_in(comparables.column("comparable_number"), value_set=kinds).to_numpy()
    place = comparables.column("product_group_rank").to_numpy() - 1
    table = np.full((FOLDS, len(kinds), int(place.max()) + 1 if len(place) else 0), np.nan)
    table[comparables.column("left_out_fold").to_numpy(), kind, place] = _numbers(
        comparables.column("penetration_ratio")
    )
    return table, pc.fill_null(pc.index_in(numbers, value_set=kinds), -1).to_numpy().astype(np.int64)


def _text_columns(
    numbers: pa.ChunkedArray, is_at_training_quarter: BoolArray, text_numbers: pa.ChunkedArray, words: Words
) -> list[FloatArray]:
    own = _numbers(pc.index_in(numbers, value_set=text_numbers.combine_chunks()))
    has_text = ~np.isnan(own)
    position = own[has_text].astype(np.int64)
    is_known = np.zeros(len(text_numbers), dtype=np.bool_)
    is_known[position[is_at_training_quarter[has_text]]] = True
    components = words.components(is_known)
    values = np.full((len(own), components.shape[1]), np.nan)
    values[has_text] = components[position]
    return list(values.T)
