"""Values of pandas, networkx, SymPy, SciPy, scikit-learn are values on the other side; others answer nothing."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import scipy
import sklearn.compose
import sklearn.decomposition
import sklearn.feature_extraction.text
import sklearn.linear_model
import sklearn.naive_bayes
import sklearn.pipeline
import sklearn.preprocessing
import sklearn.svm
import sklearn.tree
import sympy as sp
from scipy import optimize, stats
from sessions import STUDENT, TEST

from autograder.rpc import adapters
from autograder.rpc.values import sklearn_values
from autograder.rpc.wire.codec import Codec, Malformed, Untransferable, waiting

adapters.load()

x, y = sp.symbols("x y")
n = sp.Symbol("n", integer=True, positive=True)
f = sp.Function("f")
INDEXES = (
    pd.RangeIndex(2, 8, 3, name="r"),
    pd.Index(["a", "b"], name=("of", 1)),
    pd.Index([1.5, np.nan]),
    pd.Index([None, 3], dtype=object),
    pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["k", None]),
    pd.date_range("2024-03-30", periods=3, freq="D", tz="Europe/Berlin"),
    pd.date_range("2024-01-01", periods=3, freq="MS", unit="s"),
    pd.timedelta_range("1h", periods=2),
    pd.period_range("2024Q1", periods=2, freq="Q"),
    pd.interval_range(0, 2, closed="left"),
    pd.CategoricalIndex(["lo", "hi", "lo"], categories=["lo", "hi"], ordered=True),
)
COLUMNS = (
    pd.array([1, None, 3], dtype="Int64"),
    pd.array([0.5, None], dtype="Float32"),
    pd.array([True, None], dtype="boolean"),
    pd.array(["ü", None, ""], dtype="string"),
    pd.array(["ü", np.nan], dtype="str"),
    pd.Categorical(["a", None]),
    pd.to_datetime(["2024-01-01", None]).array,
    np.array([1 + 2j, 0]),
    np.array([[1, 2], None, {"a": pd.NA}], dtype=object)[1:],
    np.array(["2024-01-01", "NaT"], dtype="M8[s]"),
)
SCALARS = (
    pd.Timestamp("2024-03-31 02:30:00.000000001", tz="UTC"),
    pd.Timestamp(2024, 1, 1).as_unit("s"),
    pd.Timedelta(days=1, nanoseconds=3),
    pd.Period("2024-05"),
    pd.Interval(0, 1.5),
    pd.NaT,
    pd.NA,
    pd.Int64Dtype(),
    pd.CategoricalDtype(["a"], ordered=True),
)
EXPRESSIONS = (
    sp.sin(x) ** 2 + sp.cos(x) ** 2,
    2 * (x + 1),
    sp.Mul(2, 3, evaluate=False),
    sp.sqrt(2) / 3,
    sp.Float('0.1', 50),
    sp.oo,
    sp.nan,
    sp.Eq(x ** 2, 4),
    sp.Lt(x, y),
    sp.And(x > 1, y < 2),
    sp.Derivative(f(x), x),
    sp.Integral(x ** 2, (x, 0, 1)),
    f(x).diff(x),
    sp.Piecewise((x, x > 0), (0, True)),
    sp.Sum(1 / n ** 2, (n, 1, sp.oo)),
    sp.FiniteSet(1, x),
    sp.Interval.open(0, 1),
    sp.S.true,
    sp.Matrix([[1, x], [y, sp.pi]]),
    sp.ImmutableMatrix([[x]]),
    sp.Abs(n),
    sp.Lambda(x, x + 1),
    sp.Heaviside(x),
    sp.solveset(x ** 2 - 2, x),
    sp.Rational(-3, 7),
    sp.Integer(10) ** 40,
    sp.Union(sp.Interval(0, 1), sp.Interval(2, 3)),
    sp.log(x, evaluate=False),
)  # fmt: skip


def there_and_back(value):
    sent = Codec()
    node = sent.encode(value)
    return Codec([bytearray(each) for each in sent.buffers]).decode(node)


@pytest.mark.parametrize("index", INDEXES, ids=lambda each: f"{type(each).__name__} {each.dtype}")
def test_an_index_arrives_as_it_was(index):
    pd.testing.assert_index_equal(there_and_back(index), index, exact=True)
    assert getattr(there_and_back(index), "freq", None) == getattr(index, "freq", None)
    series = pd.Series(range(len(index)), index=index, name="s")
    pd.testing.assert_series_equal(there_and_back(series), series, check_freq=True)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda each: str(each.dtype))
def test_a_column_arrives_as_it_was(column):
    table = pd.DataFrame({"a": column, ("b", 1): pd.Series(column)})
    table.attrs["from"] = "here"
    arrived = there_and_back(table)
    assert type(arrived) is pd.DataFrame and arrived.attrs == {"from": "here"}
    pd.testing.assert_frame_equal(arrived, table)
    pd.testing.assert_frame_equal(there_and_back(table[:0]), table[:0])
    assert there_and_back(table.iloc[0]).equals(table.iloc[0])


@pytest.mark.parametrize("scalar", SCALARS, ids=str)
def test_a_scalar_of_pandas_arrives_as_it_was(scalar):
    arrived = there_and_back(scalar)
    assert type(arrived) is type(scalar) and repr(arrived) == repr(scalar)
    assert getattr(arrived, "unit", None) == getattr(scalar, "unit", None)


def test_two_columns_of_one_name_and_a_table_without_columns_arrive():
    double = pd.DataFrame([[1, "a"], [2, "b"]], columns=["k", "k"])
    for table in (double, pd.DataFrame(index=[1, 2]), pd.DataFrame(columns=["a"])):
        pd.testing.assert_frame_equal(there_and_back(table), table)


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_an_expression_arrives_as_it_was(expression):
    arrived = there_and_back(expression)
    assert type(arrived) is type(expression) and arrived == expression
    assert sp.srepr(arrived) == sp.srepr(expression)


def test_a_graph_arrives_as_it_was():
    graph = nx.Graph([(2, 1, {"weight": 0.5}), (1, "c")], name="g")
    graph.add_node(7, color="red")
    multi = nx.MultiDiGraph([(1, 2), (1, 2, {"k": [1]})])
    for given in (graph, multi, nx.path_graph(3, create_using=nx.DiGraph)):
        arrived = there_and_back(given)
        assert type(arrived) is type(given) and list(arrived) == list(given) and arrived.graph == given.graph
        assert nx.utils.graphs_equal(arrived, given)


MATRIX = [[0, 1.5, 0], [2, 0, 0]]


@pytest.mark.parametrize("form", ["csr", "csc", "coo", "bsr", "dia", "lil", "dok"])
@pytest.mark.parametrize("kind", ["array", "matrix"])
def test_a_sparse_array_arrives_as_it_was(form, kind):
    given = getattr(scipy.sparse, f"{form}_{kind}")(np.array(MATRIX))
    arrived = there_and_back(given)
    assert (
        type(arrived) is type(given) and arrived.dtype == given.dtype and (arrived.toarray() == MATRIX).all()
    )
    twice = scipy.sparse.coo_array(([1.0, 2.0], ([0, 0], [1, 1])), shape=(1, 2))
    assert there_and_back(twice).nnz == 2 and there_and_back(twice.tocsr()).toarray().tolist() == [[0, 3]]


def test_a_result_of_scipy_arrives_with_its_class_and_all_that_it_says():
    found = optimize.minimize(lambda v: ((v - 1) ** 2).sum(), [0.0, 3.0])
    arrived = there_and_back(found)
    assert type(arrived) is optimize.OptimizeResult and arrived.success and list(arrived) == list(found)
    assert (arrived.x == found.x).all() and arrived["nfev"] == found.nfev
    tried = stats.ttest_ind([1.0, 2, 3], [2.0, 4, 7])
    assert type(there_and_back(tried)) is type(tried) and there_and_back(tried) == tried
    assert (
        there_and_back(tried).df == tried.df
        and there_and_back(tried).confidence_interval() == tried.confidence_interval()
    )
    line = there_and_back(stats.linregress([0, 1, 2], [1, 3, 5]))
    assert line.slope == 2 and line.intercept_stderr == 0 and len(line) == 5
    solved = scipy.integrate.solve_ivp(lambda t, y: -y, (0, 1), [1.0])
    assert (there_and_back(solved).t == solved.t).all() and there_and_back(solved).message == solved.message


def _fitted():
    rows = np.array([[0.0, 1], [1, 0], [2, 2], [3, 1]])
    table = pd.DataFrame({"size": rows[:, 0], "town": list("abab")})
    linear, place = sklearn.linear_model, sklearn.preprocessing
    mixed = sklearn.compose.ColumnTransformer(
        [("n", place.StandardScaler(), ["size"]), ("c", place.OneHotEncoder(), ["town"])]
    )
    return [
        (linear.LinearRegression().fit(rows, [0, 1, 2, 3]), rows),
        (linear.LogisticRegression(C=2).fit(rows, ["no", "no", "yes", "yes"]), rows),
        (linear.Ridge(alpha=0.5), None),
        (sklearn.naive_bayes.GaussianNB().fit(rows, [0, 0, 1, 1]), rows),
        (place.StandardScaler().fit(rows), rows),
        (place.OneHotEncoder(handle_unknown="ignore").fit([["a"], ["b"]]), [["b"], ["z"]]),
        (sklearn.decomposition.PCA(1).fit(rows), rows),
        (
            sklearn.pipeline.make_pipeline(place.PolynomialFeatures(2), linear.Ridge()).fit(
                rows, [0, 1, 2, 3]
            ),
            rows,
        ),
        (sklearn.pipeline.make_pipeline(mixed, linear.LogisticRegression()).fit(table, [0, 0, 1, 1]), table),
    ]


@pytest.mark.parametrize(("given", "rows"), _fitted(), ids=lambda each: type(each).__name__)
def test_an_estimator_arrives_as_it_was(given, rows):
    arrived = there_and_back(given)
    assert type(arrived) is type(given) and repr(arrived.get_params()) == repr(given.get_params())
    if rows is not None:
        use = "predict" if hasattr(given, "predict") else "transform"
        first, second = (getattr(each, use)(rows) for each in (arrived, given))
        assert ((first != second).nnz == 0) if scipy.sparse.issparse(first) else (first == second).all()
    sklearn.base.clone(arrived)


@pytest.mark.parametrize("given", [
    sklearn.tree.DecisionTreeClassifier(), sklearn.svm.SVC(),
    sklearn.linear_model.SGDClassifier().fit([[0], [1]], [0, 1]),
    sklearn.preprocessing.FunctionTransformer(abs), sklearn.linear_model.RidgeCV(scoring=max),
], ids=lambda each: type(each).__name__)  # fmt: skip
def test_an_estimator_that_computes_in_c_or_holds_a_function_is_not_data(given):
    with pytest.raises(Untransferable):
        there_and_back(given)


def _tampered(given, **attributes):
    """The node of an estimator, some of whose attributes a hostile student's side has written."""
    codec = Codec()
    packed = sklearn_values._packed(codec, given, 0)
    changed = [[name, sklearn_values._packed(codec, each, 0)] for name, each in attributes.items()]
    packed[2] = [each for each in packed[2] if each[0] not in attributes] + changed
    return codec.buffers, {"t": "sklearn.estimator", "v": packed}


ENCODER = sklearn.preprocessing.OneHotEncoder().fit([[1.0], [2.0], [3.0]])


@pytest.mark.parametrize(("given", "attributes"), [
    (sklearn.feature_extraction.text.CountVectorizer(), {"vocabulary_": {"aa": 10**8}}),
    (sklearn.feature_extraction.DictVectorizer(), {"vocabulary_": {"aa": 10**8}}),
    (sklearn.feature_extraction.FeatureHasher(), {"n_features": 0}),
    (sklearn.preprocessing.MultiLabelBinarizer(), {"_cached_dict": {1: 10**8}}),
    (ENCODER, {"_n_features_outs": [1]}),
    (ENCODER, {"categories_": [np.array([3.0, 1, 2])]}),
    (ENCODER, {"_drop_idx_after_grouping": np.array([9], object), "_n_features_outs": [2]}),
    (sklearn.linear_model.ElasticNet(warm_start=True), {"coef_": np.zeros(0)}),
    (sklearn.linear_model.SGDClassifier(), {"coef_": np.zeros((0, 9))}),
    (sklearn.linear_model.Lasso(), {"_parameter_constraints": {}}),
    (sklearn.pipeline.Pipeline([("a", ENCODER)]), {"memory": "cache"}),
], ids=lambda each: type(each).__name__)  # fmt: skip
def test_an_estimator_that_would_lead_code_in_c_astray_is_refused(given, attributes):
    buffers, node = _tampered(given, **attributes)
    with pytest.raises(Malformed):
        Codec([bytearray(each) for each in buffers]).decode(node)


def test_a_sparse_array_of_more_rows_than_can_be_listed_is_refused():
    sent = Codec()
    node = sent.encode(scipy.sparse.lil_array((2, 1)))
    node["s"] = [2**30, 1]
    with pytest.raises(Malformed):
        Codec([bytearray(each) for each in sent.buffers]).decode(node)


def test_vectorizers_and_encoders_that_are_sound_arrive():
    words = ["b a", "c a a"]
    for made in (sklearn.feature_extraction.text.TfidfVectorizer(token_pattern=r"\w+", max_features=2),
                 sklearn.feature_extraction.text.HashingVectorizer()):  # fmt: skip
        assert (there_and_back(made.fit(words)).transform(words) != made.transform(words)).nnz == 0
    rows = [["lo", 1], ["hi", 2]]
    for options in ({"drop": "first"}, {"categories": [["lo", "hi"], [1, 2]]}):
        made = sklearn.preprocessing.OneHotEncoder(**options).fit(rows)
        assert (there_and_back(made).transform(rows) != made.transform(rows)).nnz == 0
    labels = sklearn.preprocessing.MultiLabelBinarizer().fit([["a"], ["b"]])
    labels.transform([["a"]])
    assert there_and_back(labels).transform([["b"]]).tolist() == [[0, 1]]
    bins = sklearn.preprocessing.KBinsDiscretizer(2, encode="onehot-dense").fit([[0.0], [1], [2]])
    assert there_and_back(bins).transform([[2.0]]).tolist() == [[0, 1]]
    root = optimize.root_scalar(lambda v: v - 1, bracket=[0, 3])
    assert type(there_and_back(root)) is type(root) and there_and_back(root).converged


NONSENSE = (
    {
        "t": "scipy.result",
        "kind": "scipy.stats._stats_py:TtestResult",
        "v": [1, 2],
        "named": [["count", 5]],
        "numpy": [],
    },
    {
        "t": "sklearn.estimator",
        "v": ["estimator", "sklearn.feature_selection._mutual_info:NearestNeighbors", []],
    },
    {"t": "scipy.sparse", "kind": "csr_array", "s": [2, 2], "v": [1, 2, 3]},
    {"t": "scipy.sparse", "kind": "__class__", "s": [1], "v": []},
    {"t": "scipy.result", "kind": "os:stat_result", "v": [], "named": [], "numpy": []},
    {
        "t": "scipy.result",
        "kind": "scipy.optimize._optimize:approx_fprime",
        "v": [],
        "named": [],
        "numpy": [],
    },
    {
        "t": "scipy.result",
        "kind": "scipy.optimize._optimize:OptimizeResult",
        "v": [],
        "named": [["__class__", 1]],
    },
    {"t": "sklearn.estimator", "v": ["estimator", "os:system", []]},
    {"t": "sklearn.estimator", "v": ["estimator", "sklearn.svm._classes:SVC", []]},
    {
        "t": "sklearn.estimator",
        "v": ["estimator", "sklearn.linear_model._base:LinearRegression", [["predict", ["value", 1]]]],
    },
    {"t": "sklearn.estimator", "v": ["scalar", "O"]},
    {"t": "sklearn.estimator", "v": ["value", 1]},
    {"t": "pandas.texts", "v": [5], "b": 0},
    {"t": "pandas.one", "v": {"t": "pandas.periods", "v": {"t": "list", "v": [1]}, "freq": "D"}},
    {"t": "pandas.range", "v": [0, 10**12, 1], "names": {"t": "list", "v": [None]}},
    {"t": "pandas.dtype", "v": {"t": "pandas.times", "v": 3, "tz": "dateutil//etc/passwd"}},
    {"t": "sympy.tree", "v": ["head", "__import__", []]},
    {"t": "sympy.tree", "v": ["head", "Pow", [["ratio", "0xff", "0x1"]]]},
    {"t": "sympy.tree", "v": ["matrix", "MutableDenseMatrix", 10**6, 10**6, []]},
    {"t": "sympy.tree", "v": ["float", 0, "0x1", 10**9, 1, 53]},
    {"t": "networkx.graph", "kind": "Graph", "v": {"t": "list", "v": [1, 2, 3]}},
    {"t": "networkx.graph", "kind": "__class__", "v": 1},
)


@pytest.mark.parametrize("node", NONSENSE, ids=lambda node: str(node)[:60])
def test_what_is_no_value_of_a_library_is_refused(node):
    with pytest.raises(Malformed):
        Codec([bytearray(b"abc")]).decode(node)


ANSWERS = """
import pandas as pd, networkx as nx, sympy as sp
df = pd.DataFrame({"a": [1, 2, 2], "b": ["x", "y", None]}, index=pd.Index([3, 4, 5], name="id"))
def means(df): return df.groupby("b").mean()
def total(df): return df["a"].sum()
def add(df): df["c"] = df["a"] * 2
def grouped(df): return df.groupby("b")
def when(): return pd.Timestamp(2024, 1, 31)
def expand(e): return sp.expand(e)
def path(): return nx.path_graph(4)
def link(g): g.add_edge("new", "edge")
def poly(): return sp.Poly(sp.Symbol("x") ** 2 + 1)
"""
SCIENCE = """
import numpy as np
def fit(model, X, y): return model.fit(X, y)
def ridge(X, y):
    from sklearn.linear_model import Ridge
    return Ridge(alpha=1.0).fit(X, y)
def tree(X, y):
    from sklearn.tree import DecisionTreeClassifier
    return DecisionTreeClassifier(random_state=0).fit(X, y)
def least(f, at):
    from scipy.optimize import minimize
    return minimize(f, at)
def test(a, b):
    from scipy.stats import ttest_ind
    return ttest_ind(a, b)
def doubled(matrix):
    matrix.data *= 2
    return matrix
def cubic(x, y):
    from scipy.interpolate import CubicSpline
    return CubicSpline(x, y)
"""
SCIENCE_TESTS = (
    "from sklearn.linear_model import LinearRegression, Ridge\nmodel = LinearRegression()\n"
    "assert fit(model, X, y) is model and np.allclose(model.predict(X), y) and np.allclose(model.coef_, [1, 0])",
    "assert isinstance(ridge(X, y), Ridge) and ridge(X, y).score(X, y) > 0.8 and ridge(X, y).alpha == 1",
    "from sklearn.model_selection import cross_val_score\nassert len(cross_val_score(ridge(X, y), X, y, cv=2)) == 2",
    "from sklearn.tree import DecisionTreeClassifier\nmade = tree(X, [0, 0, 1, 1])\n"
    "assert isinstance(made, DecisionTreeClassifier) and list(made.predict(X)) == [0, 0, 1, 1]",
    "from scipy.optimize import OptimizeResult\nfound = least(lambda v: float(((v - 1) ** 2).sum()), np.zeros(2))\n"
    "assert isinstance(found, OptimizeResult) and found.success and np.allclose(found.x, 1)",
    "from scipy import stats\nassert test([1., 2, 3], [2., 4, 7]) == stats.ttest_ind([1., 2, 3], [2., 4, 7])\n"
    "assert test([1., 2, 3], [2., 4, 7]).df == 4",
    "from scipy import sparse\nmade = sparse.csr_array([[0, 1.5]])\n"
    "assert doubled(made) is made and made.toarray().tolist() == [[0, 3]] and sparse.issparse(doubled(made))",
    "from scipy.interpolate import CubicSpline\nassert isinstance(cubic([0, 1, 2], [0, 1, 4]), CubicSpline)\n"
    "assert abs(float(cubic([0, 1, 2], [0, 1, 4])(1.5)) - 2.25) < 1e-9",
)
TESTS = (
    "assert isinstance(df, pd.DataFrame) and type(df) is pd.DataFrame and type(df['a']) is pd.Series",
    "assert (df['a'] == [1, 2, 2]).all() and df.index.name == 'id' and df.loc[4, 'b'] == 'y'",
    "pd.testing.assert_frame_equal(means(df), df.groupby('b').mean())",
    "mine = pd.DataFrame({'a': [1, 5], 'b': ['x', 'x']})\nadd(mine)\nassert list(mine['c']) == [2, 10]",
    "df['a'] = 7\nassert total(df) == 21 and total(df[:2]) == 14",
    "assert when() == pd.Timestamp('2024-01-31') and isinstance(when(), pd.Timestamp) and when().day == 31",
    "x = sp.Symbol('x')\nassert expand((x + 1) ** 2) == x**2 + 2 * x + 1 and isinstance(expand(x), sp.Symbol)",
    "assert isinstance(path(), nx.Graph) and nx.is_connected(path()) and list(path().edges) == [(0, 1), (1, 2), (2, 3)]",
    "g = nx.Graph()\nlink(g)\nassert list(g.edges) == [('new', 'edge')]",
    "assert isinstance(grouped(df), pd.core.groupby.DataFrameGroupBy) and list(grouped(df).groups) == ['x', 'y']",
)  # fmt: skip


def test_a_test_uses_what_an_answer_made_with_these_libraries_as_in_one_kernel(run_cells):
    imports = "import pandas as pd, networkx as nx, sympy as sp\n"
    _, outputs = run_cells((ANSWERS, STUDENT), *((imports + test, TEST) for test in TESTS))
    assert outputs[1:] == [[]] * len(TESTS)


def test_a_test_of_scipy_and_scikit_learn_works_as_in_one_kernel(run_cells):
    given = (
        "import numpy as np\nX, y = np.array([[0., 1], [1, 0], [2, 2], [3, 1]]), np.array([0., 1, 2, 3])\n"
    )
    _, outputs = run_cells((SCIENCE, STUDENT), *((given + test, TEST) for test in SCIENCE_TESTS))
    assert outputs[1:] == [[]] * len(SCIENCE_TESTS)


@pytest.mark.parametrize(
    "claim", ["poly() == 1", "poly() != 1", "1 == poly()", "poly() == poly()", "poly() in [1]"]
)
def test_comparing_what_has_no_adapter_raises_in_words(run_cells, claim):
    _, outputs = run_cells((ANSWERS, STUDENT), (f"found = {claim}", TEST))
    assert (
        outputs[1][0].ename == "TypeError"
        and "no adapter carries such values of sympy" in outputs[1][0].evalue
    )


def test_a_library_is_loaded_in_no_kernel_before_it_is_needed(run_cells):
    unused = "import sys\nassert not {'pandas', 'networkx'} & sys.modules.keys()\ndef one(): return 1"
    _, outputs = run_cells(
        (unused, STUDENT), ("import sys\nassert one() == 1 and 'pandas' not in sys.modules", TEST)
    )
    assert outputs == [[], []] and not waiting.keys() & {"numpy", "torch", "checks"}
